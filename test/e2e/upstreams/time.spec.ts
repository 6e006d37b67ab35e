import { setTimeout as pause } from 'node:timers/promises';
import { gate, script } from '../../support/model/model-server.exchange.js';
import * as faults from '../../support/model/model-server.faults.js';
import { end, head, raw } from '../../support/model/model-server.steps.js';
import { SCALED_TIMES, TIME_SCALE } from '../../support/model/server-times.js';
import { type Play, playing, type PlayStep } from '../../support/model/server-play.js';
import {
  deltaEvent,
  DONE,
  each,
  HELLO,
  RIGHT,
  ROLE,
  STOP,
  textEvent,
} from '../../support/model/server-play.frames.js';
import {
  type ServiceWithModel,
  startServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { ALL_WAYS, ask, type Told } from '../../support/service/ways-to-ask.js';

const KEEP_ALIVE = ': keep-alive\n\n';
const THINKING = deltaEvent({ reasoning_content: 'hm ' });
const CALL = deltaEvent({
  tool_calls: [{ index: 0, id: 'call', function: { name: 'find', arguments: '' } }],
});

/**
 * Times as model servers have them in the field. Real: the service, its database, HTTP both ways. Stand-in: a model server
 * that plays what was met, a hundred times as fast; the timeouts of the service are as much shorter.
 */
describe('A model server that takes its time', () => {
  let running: ServiceWithModel;

  beforeAll(async () => {
    running = await startServiceWithModel({ ...SCALED_TIMES, LLM_RECOVERY_WAIT_MS: '0' });
  });
  afterAll(() => stopServiceWithModel(running));

  /** Asks in all ways at once; the model server is asked once for each. */
  async function askAll(play: readonly PlayStep[]): Promise<Told[]> {
    const { model, service } = running;
    const asked = model.requests.length;
    model.always(playing((() => play) satisfies Play, TIME_SCALE));
    const told = await Promise.all(ALL_WAYS.map((way) => ask(service, way)));
    expect(model.requests.length - asked).toBe(ALL_WAYS.length);
    return told;
  }

  const plays: [name: string, play: readonly PlayStep[]][] = [
    ['thinks in silence for 45 s (2389-research/tracker#577)', [ROLE, 45_000, ...RIGHT.slice(1)]],
    ['thinks in silence for 100 s, after its head alone', [100_000, ...RIGHT]],
    ['sends comments for 45 s (DeepSeek, OpenRouter)', [...each(45, 1_000, KEEP_ALIVE), ...RIGHT]],
    ['sends comments for 150 s, one in 30 s', [...each(5, 30_000, KEEP_ALIVE), ...RIGHT]],
    ['sends empty lines for 45 s (DeepSeek)', [...each(45, 1_000, '\n'), ...RIGHT]],
    ['sends empty deltas for 45 s (vLLM)', [...each(45, 1_000, textEvent('')), ...RIGHT]],
    ['sends events of another name for 150 s', [...each(5, 30_000, 'event: ping\ndata: {}\n\n'), ...RIGHT]],
    ['sends thinking for 40 s', [ROLE, ...each(40, 1_000, THINKING), ...RIGHT.slice(1)]],
    ['sends one thought in 45 s, for 135 s', [ROLE, ...each(3, 45_000, THINKING), ...RIGHT.slice(1)]],
    [
      'thinks behind comments for 90 s in the middle',
      [ROLE, HELLO[0]!, ...each(9, 10_000, KEEP_ALIVE), ...HELLO.slice(1), STOP, DONE],
    ],
    ['begins to call a tool, and is silent in the call for 15 s', [ROLE, CALL, 15_000, ...HELLO, STOP, DONE]],
    [
      'sends a thought in the middle, and is silent for 45 s',
      [ROLE, HELLO[0]!, THINKING, 45_000, ...HELLO.slice(1), STOP, DONE],
    ],
  ];

  it.each(plays)('that %s, is waited for in all ways', async (_, play) => {
    for (const told of await askAll(play)) {
      expect(told).toMatchObject({ status: 200, text: 'Hello world.' });
      // Callers of /v1 get the call as well.
      expect(['stop', 'tool_calls']).toContain(told.finishReason);
      expect(told.receipt).toMatchObject({ status: 'completed', text: 'Hello world.' });
      expect(told.receipt!.attempts).toMatchObject([{ outcome: 'answered' }]);
    }
  });

  it.each<[name: string, play: readonly PlayStep[]]>([
    ['before its first token', [ROLE, 300_000]],
    ['after a thought', [ROLE, THINKING, 300_000]],
    ['behind comments', each(400, 1_000, KEEP_ALIVE)],
  ])('that is silent %s, is not waited for without an end', async (_, play) => {
    for (const told of await askAll(play)) {
      expect(told.error).toMatchObject({ code: 'model_timeout' });
      expect(told.text).toBe('');
    }
  });
});

describe('A target that was out of service', () => {
  it('is back with the first token of its probe, though that is thinking and text takes 40 s', async () => {
    const running = await startServiceWithModel({ LLM_MAX_RETRIES: '0' });
    const { model, service } = running;
    const thinks = gate();
    try {
      model.always(faults.status(500, {}));
      await untilAnswered(() => ask(service, 'json'), isLeftAlone);
      const asked = model.requests.length;
      model.next(script(head(), raw(ROLE), raw(THINKING), thinks.wait, ...HELLO.map(raw), raw(STOP), end()));
      model.always(playing(() => RIGHT));
      // Left alone for 10 s: the first question that reaches the server is its probe.
      const probe = untilAnswered(
        () => ask(service, 'qa'),
        (told) => !isLeftAlone(told),
      );
      await model.requestArrived(asked);
      for (const way of ALL_WAYS) {
        // The thought may not have been read yet.
        const told = await untilAnswered(
          () => ask(service, way),
          (one) => !isLeftAlone(one),
        );
        expect(told).toMatchObject({ text: 'Hello world.', receipt: { status: 'completed' } });
      }
      thinks.open();
      expect(await probe).toMatchObject({ text: 'Hello world.', receipt: { status: 'completed' } });
    } finally {
      thinks.open();
      await stopServiceWithModel(running);
    }
  }, 60_000);

  const isLeftAlone = ({ error }: Told) => JSON.stringify(error ?? '').includes('leaves it alone');

  /** Asks again and again, ten times a second, until the answer is as it should be. */
  async function untilAnswered(
    question: () => Promise<Told>,
    isRight: (told: Told) => boolean,
  ): Promise<Told> {
    for (let times = 0; times < 200; times++) {
      const told = await question();
      if (isRight(told)) return told;
      await pause(100);
    }
    throw new Error('It was never answered so');
  }
});
