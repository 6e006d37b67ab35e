import { CrowdedModel, HALF, REST } from '../../support/model/crowded-model.js';
import { playing } from '../../support/model/server-play.js';
import { RIGHT } from '../../support/model/server-play.frames.js';
import type { Step } from '../../support/model/model-server.exchange.js';
import { delta, end, event, head, hangUp } from '../../support/model/model-server.steps.js';
import {
  type ServiceWithModel,
  startServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { ALL_WAYS, ask, type Told, type Way } from '../../support/service/ways-to-ask.js';

const CROWD = 20;
const WHOLE = HALF + REST;

const sayHalf: Step = async (exchange) => {
  await head()(exchange);
  await delta(HALF)(exchange);
};

/** `steps`, and the end of the response. */
const thenEnd =
  (...steps: readonly Step[]): Step =>
  async (exchange) => {
    for (const step of [...steps, end()]) await step(exchange);
  };

/** What all of them get at the same moment, after half of their answers. */
const BREAKS: readonly [name: string, fault: Step][] = [
  [
    'LiteLLM, whose upstream dies: an error with a code in words of a number',
    thenEnd(
      event({ error: { message: 'litellm.APIConnectionError: peer closed', type: null, code: '500' } }),
    ),
  ],
  [
    'FastChat, whose worker dies: `error_code` in place of `choices`',
    thenEnd(event({ text: '**NETWORK ERROR DUE TO HIGH TRAFFIC.**', error_code: 50_004 })),
  ],
  ['a proxy that ends the response of each', thenEnd()],
];

/** What all of them get at the same moment, before a first token. */
const REFUSALS: readonly [name: string, fault: Step][] = [
  [
    'FastChat without its worker: 500 as plain text',
    ({ response }) =>
      void response.writeHead(500, { 'content-type': 'text/plain' }).end('Internal Server Error'),
  ],
  ['a server that hangs up with the head of its response sent', thenEnd(head(), hangUp())],
];

/** Real: the service, its database, HTTP both ways. */
describe('Twenty answers that fail at the same moment', () => {
  let running: ServiceWithModel;

  beforeAll(async () => {
    running = await startServiceWithModel();
  });
  afterAll(() => stopServiceWithModel(running));

  /** As on a server in use: twenty failures alone would take it out of service. */
  beforeEach(async () => {
    running.model.always(playing(() => RIGHT));
    await Promise.all(Array.from({ length: CROWD + 5 }, () => ask(running.service, 'stream')));
  });

  async function expectAll(crowd: CrowdedModel, ways: readonly Way[]): Promise<void> {
    running.model.always(crowd.behaviour);
    const asking = Array.from({ length: CROWD }, (_, index) =>
      ask(running.service, ways[index % ways.length]!),
    );
    for (const told of await Promise.all(asking)) expectWhole(told);
    expect(crowd.repetitions).toBe(CROWD);
    expect(crowd.worst.silent).toBeGreaterThan(0);
    expect(crowd.worst.silent).toBeLessThanOrEqual(Math.max(3, CROWD / 5));
  }

  function expectWhole(told: Told): void {
    expect(told).toMatchObject({ status: 200, text: WHOLE, finishReason: 'stop' });
    expect(told.receipt).toMatchObject({ status: 'completed', text: WHOLE });
    expect(told.receipt!.attempts.map(({ outcome }) => outcome)).toEqual(['model_failed', 'answered']);
  }

  it.each(['qa', 'stream'] as const)('in the middle, are all repeated, a few at once: %s', async (way) => {
    await expectAll(new CrowdedModel(CROWD, sayHalf, BREAKS[0]![1]), [way]);
  });

  it.each(BREAKS)('in the middle, in all ways at once, are all repeated: %s', async (_, fault) => {
    await expectAll(new CrowdedModel(CROWD, sayHalf, fault), ALL_WAYS);
  });

  it.each(REFUSALS)('before a first token, in all ways at once, are all repeated: %s', async (_, fault) => {
    await expectAll(new CrowdedModel(CROWD, () => undefined, fault), ALL_WAYS);
  });
});
