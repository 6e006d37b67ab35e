import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { gate, script } from '../../support/model/model-server.exchange.js';
import { chunk } from '../../support/model/model-server.frames.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { delta, done, end, event, finish, head, role } from '../../support/model/model-server.steps.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { foldFrames, readSse, type Frame } from '../../support/service/sse.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';
const CALL = { index: 0, id: 'call_1', type: 'function', function: { name: 'search', arguments: '{"q":1}' } };

/** Real: the service, its database, HTTP both ways. Stand-in: a model that reasons, and that wants a tool called. */
describe('The reasoning and the tool calls of a model', () => {
  let model: ModelServer;
  let service: TestService;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel());
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  /** The log of a running turn, once it has the text. The log is written in batches. */
  async function loggedEvents(turnId: string): Promise<unknown[]> {
    for (;;) {
      const rows: { events: string }[] = await service.app
        .get(DataSource)
        .query('SELECT events FROM turn_log WHERE turn_id = $1 ORDER BY first_seq', [turnId]);
      const events = rows.flatMap((row) => JSON.parse(row.events) as unknown[]);
      if (events.includes('Hi')) return events;
      await sleep(50);
    }
  }

  it.each([
    ['/chat/stream', { query: 'q' }],
    ['/api/chat', { question: 'q', uid: UID }],
  ])('are kept in the log of the turn, and %s does not show them', async (path, body) => {
    const { wait, open } = gate();
    const thinking = event(chunk({ reasoning_content: 'Let me think.' }));
    const calling = event(chunk({ tool_calls: [CALL] }));
    model.next(script(head(), role(), thinking, calling, delta('Hi'), wait, finish(), done(), end()));
    const stream = readSse(await service.post(path, body));
    const first = JSON.parse((await stream.next())!.data) as Frame;
    const events = await loggedEvents((first.message_id ?? first.chat_id)!);
    expect(events).toContainEqual({ type: 'reasoning.delta', text: 'Let me think.' });
    expect(events).toContainEqual({
      type: 'tool_call.delta',
      index: 0,
      id: 'call_1',
      name: 'search',
      arguments: '{"q":1}',
    });
    open();
    const frames: Frame[] = [first];
    for (let next = await stream.next(); next; next = await stream.next())
      if (next.data !== '[DONE]') frames.push(JSON.parse(next.data) as Frame);
    expect(foldFrames(frames)).toBe('Hi');
    expect(JSON.stringify(frames)).not.toMatch(/think|search/);
    expect(frames.at(-1)).toMatchObject({ finish_reason: 'stop' });
  });
});
