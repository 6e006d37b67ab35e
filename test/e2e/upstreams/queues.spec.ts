import { setTimeout as pass } from 'node:timers/promises';
import { type Behaviour, script } from '../../support/model/model-server.exchange.js';
import { LoadingOnDemand, oneSlot } from '../../support/model/queueing-model.js';
import { SCALED_TIMES, TIME_SCALE } from '../../support/model/server-times.js';
import { playing } from '../../support/model/server-play.js';
import { RIGHT } from '../../support/model/server-play.frames.js';
import {
  type ServiceWithModel,
  startServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { ALL_WAYS, ask } from '../../support/service/ways-to-ask.js';

const right = playing(() => RIGHT);

/** Real: the service, its database, HTTP both ways. Stand-in: a model server that queues, a hundred times as fast. */
describe('A model server with a queue', () => {
  let running: ServiceWithModel;

  beforeAll(async () => {
    running = await startServiceWithModel(SCALED_TIMES);
  });
  afterAll(() => stopServiceWithModel(running));

  /** Asks in all ways at once. */
  async function expectAnswers(behaviour: Behaviour): Promise<void> {
    const { model, service } = running;
    const asked = model.requests.length;
    model.always(behaviour);
    for (const told of await Promise.all(ALL_WAYS.map((way) => ask(service, way))))
      expect(told).toMatchObject({ status: 200, text: 'Hello world.', receipt: { status: 'completed' } });
    // Nothing was repeated: that would only have lengthened the queue.
    expect(model.requests.length - asked).toBe(ALL_WAYS.length);
  }

  it('and one slot (llama.cpp) answers all, each once: the last after 80 s without a byte', async () => {
    await expectAnswers(oneSlot(script(() => pass(20_000 * TIME_SCALE), right)));
  });

  it('that loads its model for 90 s when it is asked (Ollama) loads once, and answers all', async () => {
    const ollama = new LoadingOnDemand(90_000 * TIME_SCALE, right);
    await expectAnswers(ollama.behaviour);
    expect(ollama.loads).toBe(1);
  });

  it('that loads its model for longer than the first-token timeout is not asked to begin again', async () => {
    const { model, service } = running;
    for (const way of ALL_WAYS) {
      const asked = model.requests.length;
      const ollama = new LoadingOnDemand(200_000 * TIME_SCALE, right);
      model.always(ollama.behaviour);
      const told = await ask(service, way);
      expect(told.error).toMatchObject({ code: 'model_timeout' });
      expect([ollama.loads, model.requests.length - asked]).toEqual([1, 1]);
    }
  });
});
