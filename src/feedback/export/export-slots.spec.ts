import { ExportSlots } from './export-slots.js';

/** An export that goes on until it is let go. */
function begin(slots: ExportSlots, clientId: string) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  return { done: slots.occupy(clientId, () => promise), end: resolve, fail: reject };
}

describe('Exports at once', () => {
  it('are two of a client, whichever way the earlier ones end', async () => {
    const slots = new ExportSlots();
    const [first, second] = [begin(slots, 'a'), begin(slots, 'a')];
    await expect(slots.occupy('a', () => Promise.resolve())).rejects.toMatchObject({
      code: 'too_many_requests',
      retryAfterSeconds: 10,
    });
    await slots.occupy('b', () => Promise.resolve());
    first.fail(new Error('cut'));
    await expect(first.done).rejects.toThrow('cut');
    await slots.occupy('a', () => Promise.resolve());
    second.end();
    await second.done;
  });

  it('are six of all', async () => {
    const slots = new ExportSlots();
    const running = ['a', 'a', 'b', 'b', 'c', 'c'].map((client) => begin(slots, client));
    await expect(slots.occupy('d', () => Promise.resolve())).rejects.toMatchObject({
      code: 'service_overloaded',
    });
    for (const one of running) one.end();
    await Promise.all(running.map(({ done }) => done));
    await slots.occupy('d', () => Promise.resolve());
  });
});
