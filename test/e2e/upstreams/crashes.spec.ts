import { type Play, playing } from '../../support/model/server-play.js';
import { refusal, RIGHT } from '../../support/model/server-play.frames.js';
import {
  type ServiceWithModel,
  startServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { shortenPauses } from '../../support/service/short-pauses.js';
import { ALL_WAYS, ask } from '../../support/service/ways-to-ask.js';

/** What servers say of a crash with the status of a fault of the request. */
const CRASHES: readonly (readonly [report: string, status: number, body: object])[] = [
  [
    'TGI: out of memory in the middle of its work',
    424,
    { error: 'Request failed during generation: Server error: out of memory', error_type: 'generation' },
  ],
  ['LM Studio: it unloaded the model', 400, { error: 'Model unloaded.' }],
  ['LM Studio: the model crashed', 400, { error: 'The model has crashed. (Exit code: 6)' }],
  ['LM Studio: it has not loaded the model yet', 400, { error: 'No models loaded.' }],
  ['a worker that was killed', 404, { detail: 'worker process was killed by signal 9' }],
];

/** Real: the service, its database, HTTP both ways. Stand-in: a model server that fails once. */
describe('A crash with the status of a refusal', () => {
  describe.each(CRASHES)('%s', (_, status, body) => {
    // One service for all would take its target out: half of the calls fail.
    let running: ServiceWithModel;
    beforeAll(async () => {
      running = await startServiceWithModel();
      shortenPauses(running.service);
    });
    afterAll(() => stopServiceWithModel(running));

    it.each(ALL_WAYS)('is repeated for a caller of %s', async (way) => {
      const failingOnce: Play = ({ nth }) => (nth === 1 ? refusal(status, body) : RIGHT);
      running.model.always(playing(failingOnce));
      const told = await ask(running.service, way);
      expect(told).toMatchObject({ status: 200, text: 'Hello world.', finishReason: 'stop' });
      expect(told.receipt!.attempts.map(({ outcome }) => outcome)).toEqual(['model_failed', 'answered']);
    });
  });
});
