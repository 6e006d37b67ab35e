import { setTimeout as pause } from 'node:timers/promises';
import { type Behaviour, script } from '../../support/model/model-server.exchange.js';
import * as faults from '../../support/model/model-server.faults.js';
import { playing } from '../../support/model/server-play.js';
import { RIGHT } from '../../support/model/server-play.frames.js';
import { SCALED_TIMES, TIME_SCALE } from '../../support/model/server-times.js';
import {
  type ServiceWithModel,
  startServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { ALL_WAYS, ask } from '../../support/service/ways-to-ask.js';

const GATEWAY_TIMEOUT = faults.status(504, '<h1>504 Gateway Time-out</h1>');
const BAD_GATEWAY = faults.status(502, '<h1>502 Bad Gateway</h1>');

/** The server behind the proxy has the request for so long. */
const after = (ms: number, then: Behaviour) => script(() => pause(ms), then);

/**
 * Real: the service, its database, HTTP both ways. Stand-in: model servers and proxies that take a request, and then lose it:
 * a model may have worked on it, so it is an attempt as any other.
 */
describe('A request that is lost behind its connection', () => {
  let running: ServiceWithModel;
  afterEach(() => stopServiceWithModel(running));

  const faultsOfProxies: [name: string, fault: Behaviour][] = [
    ['nginx, after its read timeout, says 504', after(20, GATEWAY_TIMEOUT)],
    ['a proxy says 504 at once', GATEWAY_TIMEOUT],
    ['nginx says 502, because the server died of the request', after(1_100, BAD_GATEWAY)],
    ['the server dies of the request, and resets the connection', after(1_100, faults.resetBeforeHeaders())],
    ['the server dies of the request, and closes the connection', after(1_100, faults.hangUpBeforeHeaders())],
  ];

  it.each(faultsOfProxies)('is made 1 + LLM_MAX_RETRIES times at most: %s', async (_, fault) => {
    for (const retries of [0, 1]) {
      running = await startServiceWithModel({
        ...SCALED_TIMES,
        LLM_TOTAL_TIMEOUT_MS: '30000',
        LLM_RECOVERY_WAIT_MS: '3000',
        LLM_MAX_RETRIES: `${retries}`,
      });
      running.model.always(fault);
      const told = await Promise.all(ALL_WAYS.map((way) => ask(running.service, way)));
      for (const { error } of told) expect(error).toMatchObject({ code: 'model_failed' });
      expect(running.model.requests).toHaveLength(ALL_WAYS.length * (1 + retries));
      if (retries === 0) await stopServiceWithModel(running);
    }
  });

  it.each(faultsOfProxies.slice(1).filter(([name]) => !name.includes('502')))(
    'is repeated after growing pauses, until a server is back after 2 s: %s',
    async (_, fault) => {
      running = await startServiceWithModel({ ...SCALED_TIMES, LLM_MAX_RETRIES: '2' });
      const from = performance.now();
      running.model.always((exchange) => {
        const isBack = performance.now() - from >= 2_000 * TIME_SCALE;
        return (isBack ? playing(() => RIGHT) : fault)(exchange);
      });
      const told = await Promise.all(ALL_WAYS.map((way) => ask(running.service, way)));
      for (const one of told) expect(one).toMatchObject({ status: 200, text: 'Hello world.' });
    },
  );

  it('does not keep the questions of others from the server: one question is one outage', async () => {
    running = await startServiceWithModel({ LLM_MAX_RETRIES: '2', LLM_RECOVERY_WAIT_MS: '60' });
    running.model.always((exchange) => {
      const isBad = JSON.stringify(exchange.request.body).includes('DROP TABLE');
      return (isBad ? GATEWAY_TIMEOUT : playing(() => RIGHT))(exchange);
    });
    for (let times = 0; times < 15; times++) {
      expect((await ask(running.service, 'json', { query: 'DROP TABLE' })).error).toBeDefined();
      if (times === 0) expect(running.model.requests).toHaveLength(3);
    }
    const asked = running.model.requests.length;
    expect(await ask(running.service, 'json')).toMatchObject({ text: 'Hello world.' });
    expect(running.model.requests).toHaveLength(asked + 1);
  });
});

describe('A proxy whose server has never answered', () => {
  let running: ServiceWithModel;
  beforeEach(async () => {
    running = await startServiceWithModel({ LLM_RECOVERY_WAIT_MS: '', LLM_MAX_RETRIES: '2' });
  });
  afterEach(() => stopServiceWithModel(running));

  it.each([
    ['502', BAD_GATEWAY],
    ['503', faults.status(503)],
    ['504', GATEWAY_TIMEOUT],
  ])('may have a wrong address: its page %s is no answer of the server', async (_, page) => {
    running.model.always(page);
    const from = performance.now();
    const told = await Promise.all(ALL_WAYS.map((way) => ask(running.service, way)));
    for (const { error } of told) expect(error?.code).toMatch(/^model_/);
    expect(performance.now() - from).toBeLessThan(10_000);
    expect(running.model.requests).toHaveLength(3 * ALL_WAYS.length);
  });

  it('is waited for when the server itself says that it loads, from the first request on', async () => {
    const loading = faults.status(503, { error: { code: 503, message: 'Loading model' } });
    running.model.next(...Array.from({ length: 4 }, () => loading));
    running.model.always(playing(() => RIGHT));
    const told = await ask(running.service, 'json');
    expect(told).toMatchObject({ text: 'Hello world.' });
    expect(told.receipt!.attempts).toHaveLength(5);
  });
});
