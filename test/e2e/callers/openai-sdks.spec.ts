import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { answer, answerOf, hold } from '../../support/model/model-server.answers.js';
import { endAfter, status } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { delta, think } from '../../support/model/model-server.steps.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { readReceipt } from '../../support/service/ways-to-ask.js';

let model: ModelServer;
let service: TestService;
beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
});
afterAll(() => stopServiceWithModel({ model, service }));

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const messages = [{ role: 'user' as const, content: 'q' }];

describe('The openai SDK, unmodified', () => {
  const connect = (apiKey = service.key) => new OpenAI({ baseURL: `${service.url}/v1`, apiKey });
  const asked = { model: 'test-model', messages };

  it('gets an answer', async () => {
    model.next(answer('机器学习'));
    const completion = await connect().chat.completions.create({ ...asked, user: 'alice' });
    expect(completion.choices[0]!.message.content).toBe('机器学习');
    expect(completion.usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 });
    expect(await readReceipt(service, completion.id)).toMatchObject({
      status: 'completed',
      text: '机器学习',
    });
  });

  it('gets a stream, with its usage', async () => {
    model.next(answer(['机器', '学习']));
    const options = { stream: true, stream_options: { include_usage: true } } as const;
    const stream = await connect().chat.completions.create({ ...asked, ...options });
    const chunks = await collect(stream);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('机器学习');
    expect(chunks.at(-2)!.choices[0]!.finish_reason).toBe('stop');
    expect(chunks.at(-1)!.usage).toEqual({ prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 });
  });

  it('collects a stream with its own helper', async () => {
    model.next(answer(['机器', '学习']));
    const completion = await connect().chat.completions.stream(asked).finalChatCompletion();
    expect(completion.choices[0]!.message.content).toBe('机器学习');
  });

  it('gets what the model thinks, which is no part of the text', async () => {
    const thinking = answerOf(think('Let me '), think('think.'), delta('机器学习'));
    model.next(thinking, thinking, thinking);
    const completion = await connect().chat.completions.create(asked);
    const { message } = completion.choices[0]!;
    expect(message).toMatchObject({ content: '机器学习', reasoning_content: 'Let me think.' });
    const chunks = await collect(await connect().chat.completions.create({ ...asked, stream: true }));
    const deltas = chunks.map(({ choices }) => choices[0]?.delta as { reasoning_content?: string });
    expect(deltas.map(({ reasoning_content = '' }) => reasoning_content).join('')).toBe('Let me think.');
    const collected = await connect().chat.completions.stream(asked).finalChatCompletion();
    expect(collected.choices[0]!.message.content).toBe('机器学习');
  });

  it('lists the models', async () => {
    const models = await collect(connect().models.list());
    expect(models.map(({ id }) => id)).toEqual(['test-model']);
    expect((await connect().models.retrieve('test-model')).object).toBe('model');
  });

  it('throws its own errors', async () => {
    const wrongKey = connect('wrong').chat.completions.create(asked);
    await expect(wrongKey).rejects.toThrow(OpenAI.AuthenticationError);
    const unknown = connect().chat.completions.create({ ...asked, model: 'gpt-9' });
    await expect(unknown).rejects.toThrow(OpenAI.NotFoundError);
    await expect(unknown).rejects.toMatchObject({ code: 'model_not_found', param: 'model' });
    const bad = connect().chat.completions.create({ ...asked, n: 2 });
    await expect(bad).rejects.toThrow(OpenAI.BadRequestError);
  });

  it('repeats by itself what failed before its first text, and gets the answer', async () => {
    for (const stream of [true, false]) {
      model.next(status(503), answer('second'));
      const answered = await connect().chat.completions.create({ ...asked, stream });
      const text =
        'choices' in answered
          ? answered.choices[0]!.message.content
          : (await collect(answered)).map(({ choices }) => choices[0]?.delta.content ?? '').join('');
      expect(text).toBe('second');
    }
  });

  it('does not repeat what would fail again', async () => {
    model.next(status(401));
    const before = model.requests.length;
    await expect(connect().chat.completions.create(asked)).rejects.toMatchObject({ status: 502 });
    expect(model.requests.length).toBe(before + 1);
  });

  it('throws in mid-stream when the model fails there', async () => {
    model.next(endAfter(['begun']));
    const stream = await connect().chat.completions.create({ ...asked, stream: true });
    const texts: string[] = [];
    const reading = async () => {
      for await (const { choices } of stream) texts.push(choices[0]?.delta.content ?? '');
    };
    await expect(reading()).rejects.toMatchObject({ code: 'model_failed' });
    expect(texts.join('')).toBe('begun');
  });

  it('stops a stream by closing it: the model is aborted', async () => {
    const index = model.requests.length;
    model.next(hold(['begun ']));
    const stream = await connect().chat.completions.create({ ...asked, stream: true });
    const { value: first } = (await stream[Symbol.asyncIterator]().next()) as { value: { id: string } };
    stream.controller.abort();
    expect((await model.requestClosed(index)).isAborted).toBe(true);
    const followed = await service.request('GET', `/api/chat/${first.id}/stream`);
    expect(await followed.text()).toContain('"finish_reason":"cancelled"');
  });

  it('leaves, and a turn with an Idempotency-Key is not lost', async () => {
    const held = hold(['begun ']);
    model.next(held);
    const headers = { 'Idempotency-Key': 'of-sdk' };
    const stream = await connect().chat.completions.create({ ...asked, stream: true }, { headers });
    const { value: first } = (await stream[Symbol.asyncIterator]().next()) as { value: { id: string } };
    stream.controller.abort();
    held.release();
    const followed = await service.request('GET', `/api/chat/${first.id}/stream`);
    expect(await followed.text()).toContain('"finish_reason":"stop"');
  });
});

describe('The Vercel AI SDK, unmodified', () => {
  const provider = () =>
    createOpenAICompatible({
      name: 'llm-chat-service',
      baseURL: `${service.url}/v1`,
      apiKey: service.key,
      includeUsage: true,
    });

  it('gets an answer', async () => {
    model.next(answer('机器学习'));
    const { text, usage, finishReason } = await generateText({
      model: provider()('test-model'),
      system: 'Be brief.',
      prompt: 'q',
    });
    expect({ text, finishReason }).toEqual({ text: '机器学习', finishReason: 'stop' });
    expect(usage).toMatchObject({ inputTokens: 11, outputTokens: 7 });
    expect(model.requests.at(-1)!.body!.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'q' },
    ]);
  });

  it('gets a stream, with its usage', async () => {
    model.next(answer(['机器', '学习']));
    const { textStream, usage } = streamText({ model: provider()('test-model'), prompt: 'q' });
    expect((await collect(textStream)).join('')).toBe('机器学习');
    expect(await usage).toMatchObject({ inputTokens: 11, outputTokens: 7 });
  });

  it('gets what the model thinks as its reasoning', async () => {
    const thinking = answerOf(think('Let me '), think('think.'), delta('机器学习'));
    model.next(thinking, thinking);
    const asked = { model: provider()('test-model'), prompt: 'q' };
    expect(await generateText(asked)).toMatchObject({ text: '机器学习', reasoningText: 'Let me think.' });
    const streamed = streamText(asked);
    expect((await collect(streamed.textStream)).join('')).toBe('机器学习');
    expect(await streamed.reasoningText).toBe('Let me think.');
  });

  it('throws an error with the reason', async () => {
    const answered = generateText({ model: provider()('gpt-9'), prompt: 'q', maxRetries: 0 });
    await expect(answered).rejects.toMatchObject({ statusCode: 404 });
    await expect(answered).rejects.toThrow('There is no model of this name.');
  });
});
