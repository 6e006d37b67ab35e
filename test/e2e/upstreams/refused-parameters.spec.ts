import { type Play, playing } from '../../support/model/server-play.js';
import { RIGHT } from '../../support/model/server-play.frames.js';
import {
  startServiceWithModel,
  type ServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { ALL_WAYS, ask } from '../../support/service/ways-to-ask.js';

/** Real: the service, its database, HTTP both ways. Stand-in: a model server that plays what was met in the field. */
describe('A model server that takes every parameter', () => {
  let running: ServiceWithModel;

  beforeAll(async () => {
    running = await startServiceWithModel();
  });
  afterAll(() => stopServiceWithModel(running));

  const right: Play = () => RIGHT;

  it.each(ALL_WAYS)('answers a caller of %s', async (way) => {
    running.model.always(playing(right));
    const told = await ask(running.service, way, { max_tokens: 500 });
    expect(told).toMatchObject({ status: 200, text: 'Hello world.', finishReason: 'stop' });
    expect(told.receipt).toMatchObject({ status: 'completed', text: 'Hello world.' });
  });
});
