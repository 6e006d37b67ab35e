import { answer, hold } from '../../support/model/model-server.answers.js';
import { ModelServer } from '../../support/model/model-server.js';
import { startService, type TestService } from '../../support/service/service.js';
import { foldFrames, type Frame, readFrames, readSse } from '../../support/service/sse.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

const STREAMS: [string, object][] = [
  ['/chat', { query: 'q', stream: true }],
  ['/chat/stream', { query: 'q' }],
  ['/api/chat', { question: 'q', uid: UID }],
];

interface Setting {
  readonly model: ModelServer;
  readonly service: TestService;
}

async function start(disconnectGraceMs: number): Promise<Setting> {
  const model = await ModelServer.start();
  const service = await startService({
    environment: {
      LLM_BASE_URL: model.baseUrl,
      LLM_MODEL: 'test-model',
      DISCONNECT_GRACE_MS: String(disconnectGraceMs),
    },
  });
  return { model, service };
}

async function stop({ model, service }: Setting): Promise<void> {
  await service.stop();
  await model.stop();
}

/** Asks, reads the first delta, and leaves. */
async function askAndLeave(
  { post }: TestService,
  path: string,
  body: object,
  headers?: Record<string, string>,
): Promise<string> {
  const leaving = new AbortController();
  const stream = readSse(await post(path, body, { headers, signal: leaving.signal }));
  const { message_id, chat_id } = JSON.parse((await stream.next())!.data) as Frame;
  for (let frame: Frame = {}; !frame.text && !frame.data;) {
    frame = JSON.parse((await stream.next())!.data) as Frame;
  }
  leaving.abort();
  return (message_id ?? chat_id)!;
}

async function endedReceipt({ request }: TestService, id: string): Promise<Record<string, unknown>> {
  for (;;) {
    const receipt = (await (await request('GET', `/api/chat/${id}`)).json()) as Record<string, unknown>;
    if (receipt['status'] !== 'running') return receipt;
  }
}

describe('A reader that leaves within the grace', () => {
  let setting: Setting;
  beforeAll(async () => {
    setting = await start(60_000);
  });
  afterAll(() => stop(setting));

  it.each(STREAMS)('does not end its turn on %s: the answer is stored completely', async (path, body) => {
    const { model, service } = setting;
    const held = hold(['half ']);
    model.next(held);
    const index = model.requests.length;
    const id = await askAndLeave(service, path, body);
    held.release();
    expect(await endedReceipt(service, id)).toMatchObject({ status: 'completed', text: 'half ' });
    expect((await model.requestClosed(index)).isAborted).toBe(false);
  });
});

describe('A reader that does not come back within the grace', () => {
  let setting: Setting;
  beforeAll(async () => {
    setting = await start(20);
  });
  afterAll(() => stop(setting));

  it.each(STREAMS)(
    'ends its turn on %s: the model is aborted, the partial answer cancelled',
    async (path, body) => {
      const { model, service } = setting;
      const index = model.requests.length;
      model.next(hold(['half ']));
      const id = await askAndLeave(service, path, body);
      expect((await model.requestClosed(index)).isAborted).toBe(true);
      expect(await endedReceipt(service, id)).toMatchObject({
        status: 'cancelled',
        finish_reason: 'cancelled',
        text: 'half ',
      });
    },
  );

  it('ends the turn of a JSON caller in the same way', async () => {
    const { model, service } = setting;
    const index = model.requests.length;
    model.next(hold(['half ']));
    const leaving = new AbortController();
    const asked = service.post('/chat', { query: 'q', stream: false }, { signal: leaving.signal });
    await model.requestArrived(index);
    leaving.abort();
    await expect(asked).rejects.toThrow();
    expect((await model.requestClosed(index)).isAborted).toBe(true);
  });

  it.each(STREAMS)(
    'frees the Idempotency-Key on %s: no caller gets half an answer again',
    async (path, body) => {
      const { model, service } = setting;
      const headers = { 'idempotency-key': `left-${path}` };
      model.next(hold(['half ']), answer('whole'));
      const id = await askAndLeave(service, path, body, headers);
      expect(await endedReceipt(service, id)).toMatchObject({ status: 'cancelled' });
      const again = await readFrames(await service.post(path, body, { headers }));
      expect([foldFrames(again), again.findLast(({ done }) => !done)]).toMatchObject([
        'whole',
        { finish_reason: 'stop' },
      ]);
    },
  );

  it('does not stop the others', async () => {
    const { model, service } = setting;
    const index = model.requests.length;
    const held = hold(['other ']);
    model.next(hold(['left ']), held, answer('next'));
    await askAndLeave(service, '/chat', { query: 'q', stream: true });
    const other = service.post('/chat', { query: 'other', stream: false });
    await model.requestArrived(index + 1);
    expect((await model.requestClosed(index)).isAborted).toBe(true);
    held.release();
    expect(await (await other).json()).toMatchObject({ text: 'other ' });
    expect((await service.post('/chat', { query: 'next' })).status).toBe(200);
  });
});
