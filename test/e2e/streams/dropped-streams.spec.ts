import { CuttingProxy, type CuttingProxyOptions } from '../../support/model/cutting-proxy.js';
import { type GeneratedClient, GeneratedClientFolder } from '../../support/callers/generated-client.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import { errorFrameAfter } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { answerInStep, ReadCount } from '../../support/time/read-count.js';
import { stopServiceWithModel } from '../../support/service/service-with-model.js';
import { startServiceWithTargets } from '../../support/service/service-with-targets.js';
import type { TestService } from '../../support/service/service.js';
import { foldFrames, type Frame } from '../../support/service/sse.js';
import {
  type Asking,
  callFetchEventSource,
  callFetchEventSourceWithCare,
  callGenerated,
} from '../../support/callers/stream-callers.js';

const DELTAS = ['One. ', '二。', 'Three 🙂.'];

/** Two attempts: the first fails in the middle, the second has two messages for variant B. */
const FAILED = ['Wrong ', 'start'];
const SENTENCES = [
  'The first sentence is good.\n\n',
  'So is the second one, it seems.\n\n',
  'And the third.',
];

/** The questions have no end user: a repetition without an id would be another question. */
const STREAMS = [
  { path: '/chat/stream', body: { query: 'q' }, framesBeforeText: 1, frames: 5 },
  {
    path: '/api/chat',
    body: { question: 'q', uid: 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935' },
    framesBeforeText: 2,
    frames: 7,
  },
] as const;

/** What happened to one question. */
interface Story {
  readonly frames: readonly Frame[];
  readonly wasCut: boolean;
}

/**
 * Real: the complete service, its database, HTTP both ways, callers that are in use. Stand-ins: the model behind its
 * server, and a network that drops connections.
 */
describe('A caller whose connection is dropped', () => {
  let model: ModelServer;
  let service: TestService;
  let folder: GeneratedClientFolder;
  let client: GeneratedClient;
  let keyCount = 0;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithTargets({ BREAK_MIN_CHARS: '20' }));
    folder = await GeneratedClientFolder.generate();
    client = await folder.load();
  });
  afterAll(async () => {
    folder.remove();
    await stopServiceWithModel({ model, service });
  });

  const generated = (asking: Asking) => callGenerated(client)(asking);
  const newKey = () => ({ 'idempotency-key': `dropped-${++keyCount}` });

  /** Asks through a network that drops connections; checks what the caller has against what is stored. */
  async function ask(
    call: (asking: Asking) => Promise<Frame[]>,
    asking: Omit<Asking, 'url' | 'key'>,
    network: CuttingProxyOptions,
  ): Promise<Story> {
    const proxy = await CuttingProxy.start(service.url, network);
    try {
      const frames = await call({ url: proxy.url, key: service.key, ...asking });
      const id = frames[0]?.chat_id ?? frames[0]?.message_id;
      const receipt = (await (await service.request('GET', `/api/chat/${id}`)).json()) as { text: string };
      expect(foldFrames(frames)).toBe(receipt.text);
      expect(receipt).toMatchObject({ status: 'completed', finish_reason: 'stop' });
      expect(frames.filter(({ finish_reason }) => finish_reason === 'stop').length).toBeGreaterThan(0);
      expect(proxy.requestCount).toBe(proxy.cutCount + 1);
      return { frames, wasCut: proxy.cutCount > 0 };
    } finally {
      await proxy.stop();
    }
  }

  describe.each([
    ['A generated client', generated],
    ['fetch-event-source', callFetchEventSource],
  ])('%s', (_name, call) => {
    it.each(STREAMS)('has the stored text of $path after a drop at every single frame', async (stream) => {
      for (let afterFrames = 1; ; afterFrames++) {
        const read = new ReadCount();
        const asked = model.requests.length;
        model.next(answerInStep(DELTAS, read, stream.framesBeforeText));
        const network = { cuts: [{ afterFrames }], untilRead: read.reaches };
        const { frames, wasCut } = await ask(call, { ...stream, onFrame: read.add }, network);
        expect(foldFrames(frames)).toBe(DELTAS.join(''));
        expect(model.requests.length).toBe(asked + 1);
        if (wasCut) continue;
        expect(afterFrames).toBe(stream.frames + 1);
        return;
      }
    });

    it.each(STREAMS)('has it after a drop behind each frame of one answer of $path', async (stream) => {
      const read = new ReadCount();
      const asked = model.requests.length;
      model.next(answerInStep(DELTAS, read, stream.framesBeforeText));
      const cuts = Array.from({ length: stream.frames }, () => ({ afterFrames: 1 }));
      const network = { cuts, untilRead: read.reaches };
      const { frames } = await ask(call, { ...stream, onFrame: read.add }, network);
      expect(foldFrames(frames)).toBe(DELTAS.join(''));
      expect(model.requests.length).toBe(asked + 1);
    });

    it.each(STREAMS)('has it after a drop before the first frame of $path, by a key', async (stream) => {
      const asked = model.requests.length;
      model.next(answer(DELTAS));
      const network = { cuts: [{ afterFrames: 0 }, { afterFrames: 0 }] };
      await ask(call, { ...stream, headers: newKey() }, network);
      expect(model.requests.length).toBe(asked + 1);
    });

    it.each(STREAMS)('has it after that without a key, when an end user asks on $path', async (stream) => {
      const asked = model.requests.length;
      const held = hold(DELTAS);
      model.next(held);
      const body = { ...stream.body, user_id: 'somebody' };
      await ask(call, { ...stream, body, onFrame: held.release }, { cuts: [{ afterFrames: 0 }] });
      expect(model.requests.length).toBe(asked + 1);
    });

    it.each(STREAMS)('has it on $path when the model fails too, wherever the drop comes', async (stream) => {
      for (let afterFrames = 0; ; afterFrames++) {
        const asked = model.requests.length;
        model.next(errorFrameAfter(FAILED, { type: 'rate_limit' }), answer(SENTENCES));
        const { frames, wasCut } = await ask(
          call,
          { ...stream, headers: newKey() },
          { cuts: [{ afterFrames }] },
        );
        const isQa = stream.path === '/api/chat';
        expect(foldFrames(frames)).toBe([...(isQa ? [] : FAILED), ...SENTENCES].join(''));
        expect(model.requests.length).toBe(asked + 2);
        if (wasCut) continue;
        const actions = frames.flatMap(({ action = [] }) => action);
        expect(actions).toEqual(isQa ? ['RETRYING', 'BREAK', 'BREAK'] : []);
        return;
      }
    });
  });

  describe.each([
    ['A generated client', generated],
    ['fetch-event-source with care', callFetchEventSourceWithCare],
  ])('%s', (_name, call) => {
    it.each(STREAMS)('has the stored text of $path after a drop in the middle of a frame', async (stream) => {
      for (let afterFrames = 1; afterFrames < stream.frames; afterFrames++) {
        const asked = model.requests.length;
        model.next(answer(DELTAS));
        // Beyond the line with the id, into the data.
        const network = { cuts: [{ afterFrames, bytesOn: 60 }] };
        await ask(call, { ...stream, headers: newKey() }, network);
        expect(model.requests.length).toBe(asked + 1);
      }
    });
  });

  it('has the complete JSON answer when it asks again with its key', async () => {
    const asked = model.requests.length;
    model.next(answer(DELTAS));
    const proxy = await CuttingProxy.start(service.url, { cuts: [{ afterFrames: 0 }] });
    const question = { baseUrl: proxy.url, auth: service.key, body: { query: 'json' }, headers: newKey() };
    const lost = await client.chat(question);
    const repeated = await client.chat(question);
    await proxy.stop();
    expect(lost).toMatchObject({ error: { name: 'TypeError' } });
    expect(repeated).toMatchObject({ data: { text: DELTAS.join('') } });
    expect(model.requests.length).toBe(asked + 1);
  });
});
