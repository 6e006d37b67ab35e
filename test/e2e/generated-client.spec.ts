import { CuttingProxy, type CuttingProxyOptions } from '../support/cutting-proxy.js';
import { type GeneratedClient, GeneratedClientFolder } from '../support/generated-client.js';
import { answer, hold } from '../support/model-server.answers.js';
import { type Behaviour, script } from '../support/model-server.exchange.js';
import { after } from '../support/model-server.faults.js';
import type { ModelServer } from '../support/model-server.js';
import { delta, done, end, finish, hangUp, head, role } from '../support/model-server.steps.js';
import { startServiceWithModel, stopServiceWithModel } from '../support/service-with-model.js';
import type { TestService } from '../support/service.js';
import { foldFrames, type Frame } from '../support/sse.js';
import { type Asking, callFetchEventSource, callGenerated } from '../support/stream-callers.js';
const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

const DELTAS = ['One. ', 'Two. ', 'Three.'];

describe('A generated client', () => {
  let model: ModelServer;
  let service: TestService;
  let folder: GeneratedClientFolder;
  let client: GeneratedClient;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '1', BREAK_MIN_CHARS: '20' }));
    folder = await GeneratedClientFolder.generate(service.url);
    client = await folder.load();
  });
  afterAll(async () => {
    folder.remove();
    await stopServiceWithModel({ model, service });
  });

  const VARIANTS = [
    { path: '/chat/stream', body: { query: 'q' }, framesBefore: 1, frames: 5 },
    { path: '/api/chat', body: { question: 'q', uid: UID }, framesBefore: 2, frames: 7 },
  ] as const;
  const CALLERS = [
    ['hey', (asking: Asking) => callGenerated(client)(asking)],
    ['fes', (asking: Asking) => callFetchEventSource(asking)],
  ] as const;
  let key = 0;

  describe.each(CALLERS)('%s', (_n, call) => {
    it.each(VARIANTS)('race %j', async ({ path, body, framesBefore }) => {
      for (let k = 0; ; k++) {
        const proxy = await CuttingProxy.start(service.url, { cuts: [{ afterFrames: k }] });
        const before = model.requests.length;
        model.next(after(['Wrong ', 'start'], hangUp()), answer(['A sentence that is good. ', 'Another sentence that is. ', 'And a third.']));
        const frames = await call({ url: proxy.url, path, key: service.key, body, headers: {'idempotency-key': 'k' + ++key} });
        await proxy.stop();
        console.log(k, proxy.cutCount, proxy.requestCount, model.requests.length - before, JSON.stringify(foldFrames(frames)), JSON.stringify(frames.map(f => f.action ?? f.text ?? f.data ?? f)));
        if (!proxy.cutCount) break;
      }
    });
    it.each(VARIANTS)('mid %j', async ({ path, body, framesBefore }) => {
      for (let k = 0; k < 8 ; k++) {
        const proxy = await CuttingProxy.start(service.url, { cuts: [{ afterFrames: k, bytesOn: k ? 65 : 800 }] });
        const before = model.requests.length;
        model.next(answer(DELTAS));
        const frames = await call({ url: proxy.url, path, key: service.key, body, headers: {'idempotency-key': 'k' + ++key} });
        await proxy.stop();
        console.log(k, proxy.cutCount, proxy.requestCount, model.requests.length - before, JSON.stringify(foldFrames(frames)), JSON.stringify(frames.map(f => f.action ?? f.text ?? f.data ?? f)));
        if (!proxy.cutCount) break;
      }
    });
  });
});
