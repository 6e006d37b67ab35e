import { answer, hold } from '../../support/model/model-server.answers.js';
import { endAfter, status } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { foldFrames, type Frame, readFrames, readSse } from '../../support/service/sse.js';

interface Answer {
  readonly text: string;
  readonly message_id: string;
  readonly conversation_id: string;
  readonly model_name: string;
  readonly finish_reason: string;
  readonly usage: { input_tokens: number; output_tokens: number };
}

/** Real: the complete service, its database, HTTP both ways. Stand-in: the model behind its server. */
describe('Variant A', () => {
  let model: ModelServer;
  let service: TestService;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0', CONVERSATION_WAIT_MS: '500' }));
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  const ask = async (body: object): Promise<Answer> => {
    const response = await service.post('/chat', body);
    expect(response.status).toBe(200);
    return (await response.json()) as Answer;
  };
  const lastMessages = () => model.requests.at(-1)!.body!.messages!;

  it('answers as JSON, under the name the caller uses for the model', async () => {
    model.next(answer(['机器', '学习']));
    const response = await service.post('/chat', { query: '什么是机器学习？', conversation_id: 'json' });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const body = (await response.json()) as Answer;
    expect(body).toEqual({
      text: '机器学习',
      message_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      conversation_id: 'json',
      model_name: 'test-model',
      finish_reason: 'stop',
      usage: { input_tokens: 11, output_tokens: 7 },
    });
    expect(model.requests.at(-1)!.body).toMatchObject({ model: 'test-model', stream: true });
  });

  it('makes a conversation when none is named, and remembers it', async () => {
    model.next(answer('My name is Bot.'), answer('Bot.'));
    const first = await ask({ query: 'Who are you?', conversation_id: '' });
    const second = await ask({ query: 'Say it again.', conversation_id: first.conversation_id });
    expect(second.conversation_id).toBe(first.conversation_id);
    expect(lastMessages().slice(1)).toEqual([
      { role: 'user', content: 'Who are you?' },
      { role: 'assistant', content: 'My name is Bot.' },
      { role: 'user', content: 'Say it again.' },
    ]);
  });

  it('reads as many rounds as history_len says, and only completed ones', async () => {
    model.next(answer('1'), endAfter(['broken']), answer('2'), answer('3'), answer('4'), answer('5'));
    const conversation_id = 'any characters / 会话 "7"';
    await ask({ query: 'one', conversation_id });
    const failed = await service.post('/chat', { query: 'failed', conversation_id });
    expect(failed.status).toBe(502);
    await ask({ query: 'two', conversation_id });
    await ask({ query: 'three', conversation_id, history_len: 1 });
    expect(
      lastMessages()
        .map(({ content }) => content)
        .slice(1),
    ).toEqual(['two', '2', 'three']);
    await ask({ query: 'four', conversation_id, history: 2 });
    expect(
      lastMessages()
        .map(({ content }) => content)
        .slice(1),
    ).toEqual(['two', '2', 'three', '3', 'four']);
    await ask({ query: 'five', conversation_id, history_len: 0 });
    expect(
      lastMessages()
        .map(({ content }) => content)
        .slice(1),
    ).toEqual(['five']);
  });

  it('takes history from the request before the database', async () => {
    model.next(answer('stored'), answer('given'));
    await ask({ query: 'stored', conversation_id: 'given-history' });
    const history = [
      { role: 'human', content: '{{question}} {braces}' },
      { role: 'ai', content: 'yes' },
    ];
    await ask({ query: 'now', conversation_id: 'given-history', history });
    expect(lastMessages().slice(1)).toEqual([
      { role: 'user', content: '{{question}} {braces}' },
      { role: 'assistant', content: 'yes' },
      { role: 'user', content: 'now' },
    ]);
  });

  it.each([
    [
      { temperature: 0, max_tokens: 5 },
      { temperature: 0, max_tokens: 5 },
    ],
    [{ max_tokens: 0 }, {}],
    [{ max_tokens: -3 }, {}],
    [{ temperature: null, max_tokens: null }, {}],
  ])('passes %j on as %j', async (given, sent) => {
    model.next(answer('ok'));
    await ask({ query: 'q', ...given });
    const { temperature, max_tokens } = model.requests.at(-1)!.body as unknown as Record<string, unknown>;
    expect(JSON.parse(JSON.stringify({ temperature, max_tokens }))).toEqual(sent);
  });

  it('renders the template that prompt_name names; llm_chat is default', async () => {
    model.always(answer('ok'));
    const saved = await service.request('PUT', '/api/prompts/pirate', {
      body: { template: 'Talk like a pirate. {"json": {}} Q: {{question}}' },
    });
    expect(saved.status).toBe(201);
    await ask({ query: 'Where {{context}}?', prompt_name: 'pirate' });
    expect(lastMessages()).toEqual([
      { role: 'user', content: 'Talk like a pirate. {"json": {}} Q: Where {{context}}?' },
    ]);
    await ask({ query: 'q', prompt_name: 'default' });
    const byDefault = lastMessages();
    await ask({ query: 'q', prompt_name: 'llm_chat' });
    expect(lastMessages()).toEqual(byDefault);
  });

  it.each([
    [{ stream: true }, {}, 'text/event-stream'],
    [{ stream: false }, { accept: 'text/event-stream' }, 'application/json'],
    [{}, { accept: 'text/event-stream' }, 'text/event-stream'],
    [{}, { accept: '*/*' }, 'application/json'],
    [{ stream: null }, { accept: 'application/json, text/event-stream' }, 'text/event-stream'],
  ])('with %j and %j answers as %s, on both routes', async (extra, headers, type) => {
    model.always(answer('ok'));
    for (const path of ['/chat', '/api/chat']) {
      const response = await service.post(path, { query: 'q', ...extra }, { headers });
      expect(response.headers.get('content-type')).toContain(type);
      await response.text();
    }
  });

  it('streams the turn first, then deltas, last how it ended; and the fold is what is stored', async () => {
    const held = hold(['half ', 'of ']);
    model.next(held);
    const stream = readSse(
      await service.post('/chat', { query: 'q', stream: true, conversation_id: 'live' }),
    );
    const first = JSON.parse((await stream.next())!.data) as Frame;
    expect(first).toEqual({ text: '', message_id: first.message_id, conversation_id: 'live' });
    const second = JSON.parse((await stream.next())!.data) as Frame;
    expect(second.text).toMatch(/^half /);
    held.release();
    const rest = (await stream.rest()).map(({ data }) => JSON.parse(data) as Frame);
    expect(rest.at(-1)).toEqual({
      text: '',
      message_id: first.message_id,
      finish_reason: 'stop',
      usage: { input_tokens: 11, output_tokens: 7 },
    });
    const receipt = (await (await service.request('GET', `/api/chat/${first.message_id}`)).json()) as Frame;
    expect(receipt).toMatchObject({ status: 'completed', finish_reason: 'stop', variant: 'conversation' });
    expect(foldFrames([first, second, ...rest])).toBe(receipt.text);
  });

  it('tells a failure by status where it answers JSON, and by a frame where it streams', async () => {
    model.next(status(400, { error: { message: 'secret words of the server' } }), endAfter(['half']));
    const refused = await service.post('/chat', { query: 'q' });
    expect(refused.status).toBe(502);
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = await refused.text();
    expect(JSON.parse(problem)).toMatchObject({ code: 'model_refused', retryable: false, status: 502 });
    expect(problem).not.toContain('secret');

    const streamed = await service.post('/chat/stream', { query: 'q' });
    expect(streamed.status).toBe(200);
    const frames = await readFrames(streamed);
    expect(frames.at(-1)).toMatchObject({
      text: '',
      code: 502,
      error: { code: 'model_failed', retryable: true },
    });
    expect(typeof frames.at(-1)!.msg).toBe('string');
    expect(frames.filter(({ finish_reason }) => finish_reason)).toEqual([]);
  });

  it("hides another end user's conversation, and shares a conversation without an end user", async () => {
    model.always(answer('ok'));
    await ask({ query: 'q', conversation_id: 'of-alice', user_id: 'alice' });
    await ask({ query: 'q', conversation_id: 'of-nobody' });
    const statusFor = async (body: object) => (await service.post('/chat', { query: 'q', ...body })).status;
    expect(await statusFor({ conversation_id: 'of-alice', user_id: 'alice' })).toBe(200);
    expect(await statusFor({ conversation_id: 'of-alice', user_id: 'bob' })).toBe(404);
    expect(await statusFor({ conversation_id: 'of-alice' })).toBe(404);
    expect(await statusFor({ conversation_id: 'of-nobody', user_id: 'bob' })).toBe(200);
  });

  it("keeps another client's conversation of the same id apart", async () => {
    model.always(answer('mine'));
    await ask({ query: 'secret question', conversation_id: 'same' });
    const other = await service.addClient('other');
    const response = await service.post(
      '/chat',
      { query: 'theirs', conversation_id: 'same' },
      { key: other },
    );
    expect(response.status).toBe(200);
    expect(lastMessages().slice(1)).toEqual([{ role: 'user', content: 'theirs' }]);
  });

  it('answers one of twenty questions at once, and refuses the others when they have waited in vain', async () => {
    const held = hold(['first ']);
    model.next(held, answer('later'));
    let refusals = 0;
    const allRefused = Promise.withResolvers<void>();
    const asked = Array.from({ length: 20 }, async (_, index) => {
      const response = await service.post('/chat', { query: `${index}`, conversation_id: 'at-once' });
      if (response.status === 409) {
        expect(response.headers.get('retry-after')).toBe('1');
        expect(await response.json()).toMatchObject({ code: 'turn_in_progress', retryable: true });
        if (++refusals === 19) allRefused.resolve();
      }
      return response.status;
    });
    await allRefused.promise;
    held.release();
    expect((await Promise.all(asked)).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 409)]);
    expect(await ask({ query: 'next', conversation_id: 'at-once' })).toMatchObject({ text: 'later' });
  });
});
