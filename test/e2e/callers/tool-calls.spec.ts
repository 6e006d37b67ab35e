import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import OpenAI from 'openai';
import type {
  ChatCompletion,
  ChatCompletionMessageFunctionToolCall,
} from 'openai/resources/chat/completions';
import type { ModelServer } from '../../support/model/model-server.js';
import { type PlayStep, playing } from '../../support/model/server-play.js';
import { deltaEvent, DONE, ROLE, textEvent, USAGE } from '../../support/model/server-play.frames.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { readReceipt } from '../../support/service/ways-to-ask.js';

const CALL = { id: 'call_1', name: 'get_weather', arguments: '{"city":"Paris 🎉\\n"}' };
const PARAMETERS = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const } },
  required: ['city'],
};
const TOOLS = [{ type: 'function' as const, function: { name: 'get_weather', parameters: PARAMETERS } }];

const callEvent = (call: object) => deltaEvent({ tool_calls: [{ index: 0, ...call }] });
const BEGIN = callEvent({ id: CALL.id, type: 'function', function: { name: CALL.name, arguments: '' } });
const ARGUMENTS = ['{"city":', '"Paris 🎉\\n"', '}'].map((piece) =>
  callEvent({ function: { arguments: piece } }),
);
const CALLED = deltaEvent({}, 'tool_calls');
const CALLING: readonly PlayStep[] = [ROLE, BEGIN, ...ARGUMENTS, CALLED, USAGE, DONE];

const messages = [{ role: 'user' as const, content: 'Weather in Paris?' }];
const asked = { model: 'test-model', messages, tools: TOOLS };

let model: ModelServer;
let service: TestService;
beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '2' }));
});
afterAll(() => stopServiceWithModel({ model, service }));

const connect = () => new OpenAI({ baseURL: `${service.url}/v1`, apiKey: service.key, maxRetries: 0 });

/** Calls the tool at first; with its result, answers in words. */
function callsThenAnswers(): void {
  model.always(
    playing(({ json }) =>
      (json.messages as readonly { role: string }[]).some(({ role }) => role === 'tool')
        ? [ROLE, textEvent('It is 18 °C.'), deltaEvent({}, 'stop'), USAGE, DONE]
        : CALLING,
    ),
  );
}

const callsOf = ({ choices }: ChatCompletion) =>
  choices[0]!.message.tool_calls?.map((call) => {
    const { id, function: called } = call as ChatCompletionMessageFunctionToolCall;
    return { id, ...called };
  });

describe('The openai SDK with tools, unmodified', () => {
  it('gets the calls, and its receipt has them', async () => {
    model.always(playing(() => CALLING));
    const completion = await connect().chat.completions.create(asked);
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } });
    expect(callsOf(completion)).toEqual([CALL]);
    expect(completion.usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 7 });
    expect(await readReceipt(service, completion.id)).toMatchObject({
      status: 'completed',
      text: '',
      finish_reason: 'tool_calls',
      tool_calls: [CALL],
    });
  });

  it('gets them as OpenAI streams them', async () => {
    model.always(playing(() => CALLING));
    const stream = await connect().chat.completions.create({ ...asked, stream: true });
    const deltas: unknown[] = [];
    for await (const { choices } of stream) if (choices[0]?.delta.tool_calls) deltas.push(choices[0].delta);
    expect(deltas[0]).toEqual({
      tool_calls: [
        { index: 0, id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '' } },
      ],
    });
    const pieces = deltas.slice(1) as { tool_calls: [{ index: number; function: { arguments: string } }] }[];
    expect(pieces.map(({ tool_calls: [call] }) => call.function.arguments).join('')).toBe(CALL.arguments);
    for (const { tool_calls: calls } of pieces)
      expect(calls).toEqual([{ index: 0, function: { arguments: expect.stringMatching(/./s) as unknown } }]);
    const collected = await connect().chat.completions.stream(asked).finalChatCompletion();
    expect(callsOf(collected)).toEqual([CALL]);
  });

  it('runs the tools by its own runner', async () => {
    callsThenAnswers();
    const cities: unknown[] = [];
    const runner = connect().chat.completions.runTools({
      model: 'test-model',
      messages,
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'The weather of a city',
            parameters: PARAMETERS,
            parse: JSON.parse,
            function: (given: { city: string }) => {
              cities.push(given.city);
              return '18 °C';
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe('It is 18 °C.');
    expect(cities).toEqual(['Paris 🎉\n']);
  });

  it('gets function_call for functions', async () => {
    model.always(playing(() => CALLING));
    const functions = [{ name: 'get_weather', parameters: PARAMETERS }];
    const completion = await connect().chat.completions.create({ model: 'test-model', messages, functions });
    expect(completion.choices[0]).toMatchObject({
      finish_reason: 'function_call',
      message: { content: null, function_call: { name: CALL.name, arguments: CALL.arguments } },
    });
    expect(completion.choices[0]!.message).not.toHaveProperty('tool_calls');
    const stream = await connect().chat.completions.create({
      model: 'test-model',
      messages,
      functions,
      stream: true,
    });
    let json = '';
    const reasons: unknown[] = [];
    for await (const { choices } of stream) {
      json += choices[0]?.delta.function_call?.arguments ?? '';
      reasons.push(choices[0]?.finish_reason);
    }
    expect(json).toBe(CALL.arguments);
    expect(reasons.at(-1)).toBe('function_call');
  });

  it('gets the same calls again for its Idempotency-Key, also as a stream', async () => {
    // A server that gives no id: the id that the service makes must be the same again.
    const nameless = callEvent({ function: { name: CALL.name, arguments: CALL.arguments } });
    model.always(playing(() => [ROLE, nameless, deltaEvent({}, 'stop'), DONE]));
    const headers = { 'Idempotency-Key': 'calls' };
    const first = await connect().chat.completions.create(asked, { headers });
    const again = await connect().chat.completions.create(asked, { headers });
    expect(again).toEqual(first);
    const requests = model.requests.length;
    const streamed = await connect().chat.completions.stream(asked, { headers }).finalChatCompletion();
    expect(callsOf(streamed)).toEqual(callsOf(first));
    expect(model.requests.length).toBe(requests);
  });

  it.each([
    ['JSON', false],
    ['a stream', true],
  ])('gets a failure inside a call as one, and the model is not asked again: %s', async (_, stream) => {
    model.always(playing(() => [ROLE, BEGIN, ARGUMENTS[0]!, 200, { destroy: true }]));
    const before = model.requests.length;
    const read = async () => {
      const answered = await connect().chat.completions.create({ ...asked, stream });
      if ('choices' in answered) return;
      for await (const chunk of answered) expect(chunk.choices[0]?.finish_reason ?? null).toBeNull();
    };
    await expect(read()).rejects.toThrow(OpenAI.APIError);
    expect(model.requests.length).toBe(before + 1);
  });

  it('is answered by another attempt while nothing of a call has been sent', async () => {
    model.always(playing(({ nth }) => (nth === 1 ? [ROLE, { destroy: true }] : CALLING)));
    expect(callsOf(await connect().chat.completions.create(asked))).toEqual([CALL]);
  });
});

describe('The AI SDK with tools, unmodified', () => {
  const provider = () =>
    createOpenAICompatible({ name: 'service', baseURL: `${service.url}/v1`, apiKey: service.key });
  const weather = (cities: unknown[]) =>
    tool({
      description: 'The weather of a city',
      inputSchema: jsonSchema<{ city: string }>({ ...PARAMETERS, required: ['city'] }),
      execute: ({ city }) => {
        cities.push(city);
        return '18 °C';
      },
    });

  it('makes a round with a tool: generateText', async () => {
    callsThenAnswers();
    const cities: unknown[] = [];
    const tools = { get_weather: weather(cities) };
    const prompt = 'Weather in Paris?';
    const { text } = await generateText({
      model: provider()('test-model'),
      prompt,
      tools,
      stopWhen: stepCountIs(3),
    });
    expect(text).toBe('It is 18 °C.');
    expect(cities).toEqual(['Paris 🎉\n']);
  });

  it('makes a round with a tool: streamText', async () => {
    callsThenAnswers();
    const cities: unknown[] = [];
    const tools = { get_weather: weather(cities) };
    const prompt = 'Weather in Paris?';
    const stream = streamText({ model: provider()('test-model'), prompt, tools, stopWhen: stepCountIs(3) });
    expect(await stream.text).toBe('It is 18 °C.');
    expect(cities).toEqual(['Paris 🎉\n']);
  });
});
