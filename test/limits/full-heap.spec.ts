import { jest } from '@jest/globals';
import type { ChildService } from '../support/programs/child-service.js';
import { ChildWithModel } from '../support/programs/child-with-model.js';
import { answer, hold } from '../support/model/model-server.answers.js';
import type { ModelServer } from '../support/model/model-server.js';
import { foldFrames, readFrames } from '../support/service/sse.js';

jest.setTimeout(120_000);

/** As a caller may send it: 400,000 characters, 800,000 bytes in UTF-8, and as many in the heap. */
const HISTORY = Array.from({ length: 50 }, (_, count) => ({
  role: count % 2 === 0 ? 'user' : 'assistant',
  content: 'x机'.repeat(4_000),
}));

/**
 * F77. Real: the service as it is shipped, with a heap that is soon full, and its database. Stand-in: the model,
 * which holds all answers until all have been asked for.
 */
describe('A process with a heap of 128 MB', () => {
  let model: ModelServer;
  let stage: ChildWithModel;
  let child: ChildService;

  beforeEach(async () => {
    stage = await ChildWithModel.prepare();
    model = stage.model;
    child = await stage.start({
      NODE_OPTIONS: '--max-old-space-size=128',
      LLM_CONTEXT_TOKENS: '10000000',
      LLM_FIRST_TOKEN_TIMEOUT_MS: '100000',
      LLM_IDLE_TIMEOUT_MS: '100000',
    });
  });
  afterEach(() => stage.stop());

  /** Asks `count` times at once. What became of each: its text, or the status that it was refused by. */
  async function load(count: number, body: object): Promise<(string | number)[]> {
    const held = hold(['the answer']);
    model.always(held);
    const asked = Array.from({ length: count }, () => child.post('/chat/stream', body));
    const responses = await Promise.all(asked);
    held.release();
    return Promise.all(
      responses.map(async (response) =>
        response.ok ? foldFrames(await readFrames(response)) : response.status,
      ),
    );
  }

  async function expectAlive(): Promise<void> {
    model.always(answer('still here'));
    expect(await (await child.post('/chat', { query: 'q' })).json()).toMatchObject({ text: 'still here' });
  }

  it('answers 40 such histories at once', async () => {
    const told = await load(40, { query: 'q', history: HISTORY });
    expect(told).toEqual(told.map(() => 'the answer'));
    await expectAlive();
  });

  it('answers 1,000 short questions at once, or refuses those for which the database has no time', async () => {
    const told = await load(1_000, { query: 'q' });
    expect(told.filter((each) => each !== 'the answer' && each !== 503)).toEqual([]);
    expect(told).toContain('the answer');
    await expectAlive();
  });

  it('sheds what it has no room for: 200 such histories at once', async () => {
    const told = await load(200, { query: 'q', history: HISTORY });
    expect(told.filter((each) => each !== 'the answer' && each !== 429)).toEqual([]);
    await expectAlive();
  });
});
