import { setTimeout as pass } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { ChildService } from '../../support/programs/child-service.js';
import { ChildWithModel } from '../../support/programs/child-with-model.js';
import { answer } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { foldFrames, readFrames } from '../../support/service/sse.js';
import type { Receipt } from '../../support/service/ways-to-ask.js';

jest.setTimeout(120_000);

/** Shorter than every stop of the process, and longer than a busy machine makes the model's stand-in pause. */
const TIMEOUT_MS = 1_500;

/** From so many calls on, with half of them being outages, a circuit breaker opens. */
const STREAMS = 40;

const DELTAS = Array.from({ length: 40 }, (_, count) => `word ${count} `);

/**
 * F79. Real: the service as it is shipped, stopped by SIGSTOP, which its event loop cannot tell from being blocked;
 * and its database. Stand-in: the model behind its server, which goes on all the while.
 */
describe('A process that pauses for longer than its timeouts', () => {
  let model: ModelServer;
  let stage: ChildWithModel;
  let child: ChildService;

  beforeAll(async () => {
    stage = await ChildWithModel.prepare();
    model = stage.model;
    child = await stage.start({
      LLM_CONNECT_TIMEOUT_MS: String(TIMEOUT_MS),
      LLM_FIRST_TOKEN_TIMEOUT_MS: String(TIMEOUT_MS),
      LLM_IDLE_TIMEOUT_MS: String(TIMEOUT_MS),
      TURN_LEASE_MS: '1000',
    });
  });
  afterAll(async () => {
    child.kill('SIGCONT');
    await stage.stop();
  });

  /** The fault, not a wait for something. */
  async function standStill(ms: number): Promise<void> {
    child.kill('SIGSTOP');
    await pass(ms);
    child.kill('SIGCONT');
  }

  async function askInStream(count: number): Promise<void> {
    const frames = await readFrames(await child.post('/chat/stream', { query: `question ${count}` }));
    expect(frames.at(-1)).toMatchObject({ finish_reason: 'stop' });
    const receipt = (await (
      await child.request('GET', `/api/chat/${frames[0]!.message_id}`)
    ).json()) as Receipt;
    expect(receipt).toMatchObject({ status: 'completed', text: DELTAS.join('') });
    expect(receipt.text).toBe(foldFrames(frames));
    // One attempt: nothing was taken for a timeout.
    expect(receipt.attempts).toMatchObject([{ outcome: 'answered' }]);
  }

  it.each([2_000, 4_000])(
    '%i ms: no answer of a model that goes on is taken for a silent one',
    async (ms) => {
      const asked = model.requests.length;
      model.always(answer(DELTAS, { delayMs: 50 }));
      const streams = Array.from({ length: STREAMS }, (_, count) => askInStream(count));
      // While they connect, while they wait for the first token, and while they are answered.
      await model.requestArrived(asked);
      await standStill(ms);
      await model.requestArrived(asked + STREAMS - 1);
      await standStill(ms);
      await Promise.all(streams);
      expect(model.requests.length - asked).toBe(STREAMS);
      expect(child.output()).not.toMatch(/out of service|taken out/);
    },
  );

  it('still tells a model that is silent', async () => {
    model.always(answer(DELTAS, { delayMs: TIMEOUT_MS * 2 }));
    const frames = await readFrames(await child.post('/chat/stream', { query: 'silent' }));
    expect(frames.at(-1)).toMatchObject({ error: { code: 'model_timeout' } });
  });
});
