import { setTimeout as pass } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { HALF, REST, RestartingModel } from '../../support/model/restarting-model.js';
import { startService, type TestService } from '../../support/service/service.js';
import { ALL_WAYS, ask, type Told } from '../../support/service/ways-to-ask.js';

jest.setTimeout(60_000);

const WHOLE = HALF + REST;

/** How long the server is away: the fault, not a wait for something. */
const AWAY_MS = 1_500;

/**
 * Real: the service, its database, HTTP both ways, and a model server in a process of its own, which is ended by SIGKILL and
 * started again on its port. The service waits for up to 20 s.
 */
describe('A model server that is killed and started again', () => {
  let model: RestartingModel;
  let service: TestService;

  beforeAll(async () => {
    model = await RestartingModel.prepare();
    service = await startService({ environment: modelAt(model, { LLM_RECOVERY_WAIT_MS: '20000' }) });
  });
  afterAll(async () => {
    await service.stop();
    await model.kill();
  });
  afterEach(() => model.kill());

  it.each(ALL_WAYS)('before its first byte, is waited for: %s', async (way) => {
    await model.start('silent');
    const asking = ask(service, way);
    await model.asked();
    await model.kill();
    await pass(AWAY_MS);
    await model.start('whole');
    const told = await asking;
    expect(told).toMatchObject({ status: 200, text: WHOLE, finishReason: 'stop' });
    expect(told.frames.some(({ action }) => action)).toBe(false);
    expectStored(told);
  });

  it.each(ALL_WAYS)('in the middle of an answer, is waited for: %s', async (way) => {
    await model.start('half');
    const asking = ask(service, way);
    await model.asked();
    // What was sent must be read before the process and its buffers are gone.
    await pass(300);
    await model.kill();
    await pass(AWAY_MS);
    await model.start('whole');
    const told = await asking;
    expect(told).toMatchObject({ status: 200, text: WHOLE, finishReason: 'stop' });
    expectStored(told);
    // The QA API retracts the half at once; the others go on from it.
    expect(told.frames.filter(({ action }) => action === 'RETRYING')).toHaveLength(way === 'qa' ? 1 : 0);
  });

  it('that is away already when it is asked, is waited for by all at once', async () => {
    const asking = ALL_WAYS.map((way) => ask(service, way));
    await pass(AWAY_MS);
    await model.start('whole');
    for (const told of await Promise.all(asking)) {
      expect(told).toMatchObject({ status: 200, text: WHOLE });
      expectStored(told);
    }
  });

  function expectStored(told: Told): void {
    expect(told.receipt).toMatchObject({ status: 'completed', text: WHOLE });
    expect(told.receipt!.attempts.at(-1)).toMatchObject({ outcome: 'answered' });
  }
});

describe('A model server that has never answered', () => {
  let model: RestartingModel;
  beforeEach(async () => {
    model = await RestartingModel.prepare();
  });
  afterEach(() => model.kill());

  it.each(ALL_WAYS)('may have a wrong address: a caller of %s soon gets the failure', async (way) => {
    const service = await startService({ environment: modelAt(model, { LLM_RECOVERY_WAIT_MS: '' }) });
    try {
      const from = performance.now();
      const told = await ask(service, way);
      expect(performance.now() - from).toBeLessThan(5_000);
      expect(told.error).toMatchObject({ code: 'model_failed' });
      if (told.receipt) expect(told.receipt.attempts).toHaveLength(3);
    } finally {
      await service.stop();
    }
  });

  it('is waited for where the wait is set, as where both start together', async () => {
    const service = await startService({ environment: modelAt(model, { LLM_RECOVERY_WAIT_MS: '20000' }) });
    try {
      const asking = ALL_WAYS.map((way) => ask(service, way));
      await pass(AWAY_MS);
      await model.start('whole');
      for (const told of await Promise.all(asking)) expect(told).toMatchObject({ status: 200, text: WHOLE });
    } finally {
      await service.stop();
    }
  });
});

function modelAt({ baseUrl }: RestartingModel, more: Record<string, string>): Record<string, string> {
  return { LLM_BASE_URL: baseUrl, LLM_MODEL: 'test-model', LLM_MAX_RETRIES: '2', ...more };
}
