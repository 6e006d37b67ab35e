import { createOpenResponses } from '@ai-sdk/open-responses';
import { generateText, isStepCount, jsonSchema, type JSONSchema7, streamText, tool } from 'ai';
import OpenAI from 'openai';
import { answer, answerOf } from '../../support/model/model-server.answers.js';
import { endAfter, status } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { delta, think } from '../../support/model/model-server.steps.js';
import { calling } from '../../support/responses/tool-calls.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';

let model: ModelServer;
let service: TestService;
beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
});
afterAll(() => stopServiceWithModel({ model, service }));

const PARAMETERS: { type: 'object'; properties: object; required: string[] } = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
};
const WEATHER = { name: 'get_weather', pieces: ['{"city":', '"Paris"}'] };

describe('The provider of the AI SDK for Open Responses, unmodified', () => {
  const connect = () =>
    createOpenResponses({ name: 'ours', url: `${service.url}/v1/responses`, apiKey: service.key })(
      'test-model',
    );
  const tools = {
    get_weather: tool({ inputSchema: jsonSchema(PARAMETERS as JSONSchema7), execute: () => '20 degrees' }),
  };

  it('gets text and reasoning', async () => {
    model.next(answerOf(think('Hm.'), delta('机器'), delta('学习')));
    const { text, reasoningText, usage, finishReason } = await generateText({
      model: connect(),
      prompt: 'q',
    });
    expect({ text, reasoningText, finishReason }).toEqual({
      text: '机器学习',
      reasoningText: 'Hm.',
      finishReason: 'stop',
    });
    expect(usage.inputTokens).toBeGreaterThan(0);
  });

  it('goes a round with a tool, as JSON and as a stream', async () => {
    const asked = { prompt: 'Weather?', tools, stopWhen: isStepCount(3) };
    model.next(
      calling([WEATHER]),
      answer('Sunny.'),
      calling([WEATHER], think('Hm.')),
      answer(['Sun', 'ny.']),
    );
    const { text, steps } = await generateText({ model: connect(), ...asked });
    expect([text, steps.length]).toEqual(['Sunny.', 2]);
    expect(model.requests.at(-1)!.body!.messages!.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
    ]);
    const streamed = streamText({ model: connect(), ...asked });
    expect(await streamed.text).toBe('Sunny.');
    expect((await streamed.steps).length).toBe(2);
  });

  it('raises a refusal and a failure, also in the middle of a stream', async () => {
    model.next(status(503, {}), endAfter(['begun ']));
    const asked = { prompt: 'q', maxRetries: 0 };
    await expect(generateText({ model: connect(), ...asked })).rejects.toMatchObject({ statusCode: 503 });
    const errors: unknown[] = [];
    const streamed = streamText({
      model: connect(),
      ...asked,
      onError: ({ error }) => void errors.push(error),
    });
    await streamed.consumeStream({ onError: (error) => void errors.push(error) });
    expect(errors.length).toBeGreaterThan(0);
  });
});

describe('The responses of the openai SDK, unmodified', () => {
  const connect = () => new OpenAI({ baseURL: `${service.url}/v1`, apiKey: service.key, maxRetries: 0 });

  it('are made, read again, gone on from, listed and deleted', async () => {
    model.next(answer('one'), answer('two'));
    const { responses } = connect();
    const first = await responses.create({ model: 'test-model', input: 'q' });
    expect(first.output_text).toBe('one');
    expect((await responses.retrieve(first.id)).output).toEqual(first.output);
    const second = await responses.create({ input: 'r', previous_response_id: first.id });
    expect(second.output_text).toBe('two');
    const items = [];
    for await (const item of responses.inputItems.list(second.id, { limit: 2 })) items.push(item);
    expect(items).toHaveLength(3);
    await responses.delete(first.id);
    await expect(responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
    expect((await responses.cancel(second.id)).status).toBe('completed');
  });

  it('are collected from a stream by its helper, with a tool', async () => {
    model.next(calling([WEATHER], think('Hm.'), delta('Let me look.')));
    const tools = [
      { type: 'function' as const, name: 'get_weather', parameters: { ...PARAMETERS }, strict: false },
    ];
    const stream = connect().responses.stream({ model: 'test-model', input: 'q', tools });
    const types: string[] = [];
    for await (const { type } of stream) types.push(type);
    const response = await stream.finalResponse();
    expect(types.at(-1)).toBe('response.completed');
    expect(response.output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'function_call']);
    expect(response.output[2]).toMatchObject({ arguments: '{"city":"Paris"}' });
  });

  it('are parsed by a schema', async () => {
    model.next(answer('{"city":"Paris"}'));
    const format = { type: 'json_schema' as const, name: 'city', schema: { ...PARAMETERS }, strict: true };
    const parsed = await connect().responses.parse({ model: 'test-model', input: 'q', text: { format } });
    expect(parsed.output_text).toBe('{"city":"Paris"}');
    expect(model.requests.at(-1)!.body).toMatchObject({
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'city', schema: PARAMETERS, strict: true },
      },
    });
  });

  it('raise a failure in the middle of a stream', async () => {
    model.next(endAfter(['begun ']));
    const stream = await connect().responses.create({ input: 'q', stream: true });
    const read = async () => {
      let text = '';
      for await (const event of stream) if (event.type === 'response.output_text.delta') text += event.delta;
      return text;
    };
    await expect(read()).rejects.toMatchObject({ code: 'model_failed' });
  });
});
