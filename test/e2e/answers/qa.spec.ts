import { answer } from '../../support/model/model-server.answers.js';
import { endAfter } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { foldFrames, type Frame, readFrames, readSse } from '../../support/service/sse.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

/** Real: the complete service, its database, HTTP both ways. Stand-in: the model behind its server. */
describe('Variant B', () => {
  let model: ModelServer;
  let service: TestService;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
    const document = {
      title: 'Penguins',
      source: 'wiki/penguins.md',
      content: '# Penguins\n\nEmperor penguins breed in the Antarctic winter.',
      metadata: { shelf: 7, source: 'overridden' },
    };
    expect((await service.post('/api/documents', document)).status).toBe(201);
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  const ask = async (body: object): Promise<Frame[]> => {
    const response = await service.post('/api/chat', { uid: UID, ...body });
    expect(response.status).toBe(200);
    return readFrames(response);
  };
  const lastMessages = () => model.requests.at(-1)!.body!.messages!;

  it('sends the turn, its sources, deltas, how it ended and [DONE]', async () => {
    model.next(answer(['In ', 'winter.']));
    const frames = await ask({ question: 'When do emperor penguins breed?' });
    const chat_id = frames[0]!.chat_id;
    expect(frames[0]).toEqual({ data: '', chat_id });
    expect(frames[1]).toMatchObject({
      chat_id,
      sourceDocs: [
        {
          pageContent: expect.stringContaining('Emperor penguins breed') as string,
          metadata: { source: 'wiki/penguins.md', title: 'Penguins', shelf: 7 },
        },
      ],
    });
    expect(frames.at(-2)).toEqual({
      data: '',
      finish_reason: 'stop',
      usage: { input_tokens: 11, output_tokens: 7 },
    });
    expect(frames.at(-1)).toEqual({ done: true });
    const receipt = (await (await service.request('GET', `/api/chat/${chat_id}`)).json()) as Frame;
    expect(receipt).toMatchObject({ status: 'completed', variant: 'qa', text: 'In winter.' });
    expect(foldFrames(frames)).toBe(receipt.text);
    expect(receipt.sourceDocs).toEqual(frames[1]!.sourceDocs);
  });

  it('sends no sources as an empty list, once', async () => {
    model.next(answer('No idea.'));
    const frames = await ask({ question: 'zzqx vvkw?' });
    expect(frames.filter(({ sourceDocs }) => sourceDocs)).toEqual([
      { sourceDocs: [], chat_id: frames[0]!.chat_id },
    ]);
  });

  it('gives every frame the id of its event; the terminal one and [DONE] the same', async () => {
    model.next(answer('ok'));
    const response = await service.post('/api/chat', { question: 'zzqx?', uid: UID });
    const events = await readSse(response).rest();
    const chatId = (JSON.parse(events[0]!.data) as Frame).chat_id;
    expect(events.map(({ id }) => id)).toEqual([1, 2, 3, 4, 4].map((seq) => `${chatId}:${seq}`));
    expect(events.map(({ event }) => event)).toEqual(events.map(() => undefined));
  });

  it('hands the passages and the history to the model', async () => {
    model.next(answer('ok'));
    await ask({
      question: 'When do emperor penguins breed?',
      history: [
        ['hi {x}', 'hello'],
        ['a', 'b'],
      ],
    });
    const [system, ...rest] = lastMessages();
    expect(system!.role).toBe('system');
    expect(system!.content).toContain('Emperor penguins breed in the Antarctic winter.');
    expect(rest).toEqual([
      { role: 'user', content: 'hi {x}' },
      { role: 'assistant', content: 'hello' },
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b' },
      { role: 'user', content: 'When do emperor penguins breed?' },
    ]);
  });

  it('takes qa_prompt in place of the template, and fills its places in or appends', async () => {
    model.always(answer('ok'));
    await ask({ question: 'emperor penguins?', qa_prompt: 'Be brief {please}.' });
    expect(lastMessages()[0]!.content).toMatch(/^Be brief \{please\}\.\n\n\[1\] \(wiki\/penguins\.md\)\n/);
    await ask({ question: 'emperor penguins?', qa_prompt: 'From {context} answer {question}' });
    expect(lastMessages()).toHaveLength(1);
    expect(lastMessages()[0]!.content).toMatch(/^From \[1\][\s\S]* answer emperor penguins\?$/);
  });

  it('passes temperature on', async () => {
    model.next(answer('ok'));
    await ask({ question: 'q', temperature: 0 });
    expect((model.requests.at(-1)!.body as unknown as { temperature: number }).temperature).toBe(0);
  });

  it('tells a failure by a frame, and then still [DONE]', async () => {
    model.next(endAfter(['half']));
    const frames = await ask({ question: 'q' });
    expect(frames.at(-2)).toMatchObject({
      data: '',
      error: { code: 'model_failed', status: 502, retryable: true },
    });
    expect(frames.at(-1)).toEqual({ done: true });
    const receipt = (await (await service.request('GET', `/api/chat/${frames[0]!.chat_id}`)).json()) as Frame;
    expect(receipt).toMatchObject({ status: 'failed', error_code: 'model_failed' });
  });

  it('takes feedback from the first frame on', async () => {
    model.next(answer('ok'));
    const stream = readSse(await service.post('/api/chat', { question: 'q', uid: UID }));
    const { chat_id } = JSON.parse((await stream.next())!.data) as Frame;
    const response = await service.post('/api/feedback', { chat_id, uid: UID, stars: 1, reason: '材料错误' });
    expect(response.status).toBe(201);
    await stream.rest();
  });
});
