import { setImmediate } from 'node:timers/promises';
import { atOnce, inSlices } from './time-slices.js';

/** Work of `ms` milliseconds in steps of one. */
function* busy(ms: number): Generator<undefined, number> {
  for (let step = 0; step < ms; step++) {
    const end = performance.now() + 1;
    while (performance.now() < end);
    yield undefined;
  }
  return ms;
}

describe('work in slices', () => {
  it('gives the event loop back again and again, however many works there are', async () => {
    let turns = 0;
    let isOver = false;
    const count = async () => {
      for (; !isOver; turns++) await setImmediate();
    };
    const counting = count();
    const results = await Promise.all([20, 30, 40, 50].map((ms) => inSlices(busy(ms))));
    isOver = true;
    await counting;
    expect(results).toEqual([20, 30, 40, 50]);
    // 140 steps, of which at most eight make a slice.
    expect(turns).toBeGreaterThanOrEqual(140 / 8);
  });

  it('lets a short work end before a long work that began earlier', async () => {
    const ended: string[] = [];
    const note = (name: string) => () => ended.push(name);
    await Promise.all([inSlices(busy(60)).then(note('long')), inSlices(busy(3)).then(note('short'))]);
    expect(ended).toEqual(['short', 'long']);
  });

  it('fails as the work does, and goes on with the others', async () => {
    // eslint-disable-next-line require-yield
    const failing = function* (): Generator<undefined, never> {
      throw new Error('no');
    };
    const both = await Promise.allSettled([inSlices(failing()), inSlices(busy(2))]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('can be done at once', () => {
    expect(atOnce(busy(2))).toBe(2);
  });
});
