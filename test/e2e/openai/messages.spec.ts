import fc from 'fast-check';
import { answer } from '../../support/model/model-server.answers.js';
import { endAfter, status } from '../../support/model/model-server.faults.js';
import {
  type ServiceWithModel,
  startServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';

const PATH = '/v1/chat/completions';
const CALL = { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city": "Bern"}' } };
const USER = { role: 'user', content: 'q' };

let running: ServiceWithModel;
beforeAll(async () => {
  running = await startServiceWithModel({ LLM_MAX_RETRIES: '1', BODY_LIMIT_BYTES: '4194304' });
});
afterAll(() => stopServiceWithModel(running));

/** The text of the messages, as the server got it: `toEqual` would not see the order of members. */
const messagesIn = (body: string) => JSON.stringify((JSON.parse(body) as { messages: unknown }).messages);

async function send(
  messages: readonly unknown[],
  more: object = {},
): Promise<{ status: number; got: string }> {
  const { service, model } = running;
  const response = await service.post(PATH, { messages, ...more });
  await response.text();
  return { status: response.status, got: messagesIn(model.requests.at(-1)!.text) };
}

describe('The model server gets the messages of a caller as they were sent', () => {
  it.each<[string, unknown[]]>([
    [
      'system messages anywhere',
      [USER, { role: 'system', content: 's' }, { role: 'developer', content: 'd' }],
    ],
    ['a system message alone', [{ role: 'system', content: 's' }]],
    ['the beginning of the answer last', [USER, { role: 'assistant', content: 'It is' }]],
    ['an answer first', [{ role: 'assistant', content: 'Hello!' }, USER]],
    [
      'several of one role',
      [USER, USER, { role: 'assistant', content: 'a' }, { role: 'assistant', content: 'b' }],
    ],
    [
      'empty texts',
      [
        { role: 'system', content: '' },
        { role: 'user', content: '' },
      ],
    ],
    ['empty lists of parts', [{ role: 'user', content: [] }]],
    [
      'names',
      [
        { ...USER, name: 'ann' },
        { role: 'assistant', content: 'a', name: 'bot' },
      ],
    ],
    [
      'a round with tools',
      [
        USER,
        { role: 'assistant', content: null, tool_calls: [CALL] },
        { role: 'tool', tool_call_id: 'call_a', content: '22' },
        { role: 'assistant', tool_calls: [{ ...CALL, index: 0 }], reasoning_content: 'hm' },
        { role: 'tool', tool_call_id: 'call_a', content: [{ type: 'text', text: '22' }] },
      ],
    ],
    ['a refusal', [USER, { role: 'assistant', content: null, refusal: 'no' }, USER]],
    ['an earlier audio', [USER, { role: 'assistant', audio: { id: 'audio_1' }, function_call: null }, USER]],
    [
      'parts of any kind',
      [
        {
          role: 'user',
          content: [
            'a bare text',
            { type: 'text', text: 'What is this?', cache_control: { type: 'ephemeral' } },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } },
            { type: 'image_url', image_url: 'https://a.example/b.png', uuid: null },
            { image_url: 'https://a.example/b.png' },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
            { type: 'audio_url', audio_url: { url: 'https://a.example/b.mp3' } },
            { type: 'video_url', video_url: { url: 'https://a.example/b.mp4' } },
            { type: 'file', file: { file_id: 'f', deep: { down: [[1.5, null, true]] } } },
            { type: 'refusal', refusal: 'no' },
            { type: 'of a server of its own', anything: {} },
          ],
        },
      ],
    ],
    [
      'names that mean something to JavaScript',
      [JSON.parse('{"role":"user","content":"q","__proto__":{"a":1},"constructor":{}}')],
    ],
    [
      '1,500 messages',
      Array.from({ length: 1_500 }, (_, at) => ({ role: at % 2 ? 'assistant' : 'user', content: `${at}` })),
    ],
    // aider: a file of 30,000 characters in the first of three messages.
    [
      'a long first message',
      [{ role: 'user', content: 'x'.repeat(300_000) }, { role: 'assistant', content: 'Ok.' }, USER],
    ],
    ['the longest message', [{ role: 'user', content: '数'.repeat(1_000_000) }]],
  ])('%s', async (_, messages) => {
    for (const stream of [false, true]) {
      running.model.next(answer('x'));
      expect(await send(messages, { stream })).toEqual({ status: 200, got: JSON.stringify(messages) });
    }
  });

  it('in the form of tools where they have the former form', async () => {
    running.model.next(answer('x'));
    const call = { name: 'weather', arguments: '{}' };
    const messages = [
      USER,
      { role: 'assistant', content: null, function_call: call },
      { role: 'function', name: 'weather', content: '22' },
    ];
    const { got } = await send(messages, { functions: [{ name: 'weather' }], function_call: 'auto' });
    expect(JSON.parse(got)).toEqual([
      USER,
      { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: call }] },
      { role: 'tool', name: 'weather', content: '22', tool_call_id: 'call_1' },
    ]);
    expect(running.model.requests.at(-1)!.body).toMatchObject({
      tools: [{ type: 'function', function: { name: 'weather' } }],
      tool_choice: 'auto',
    });
  });

  const text = fc
    .string({ unit: 'grapheme', maxLength: 8 })
    .filter((it) => !it.includes('\0') && it.isWellFormed());
  const json = fc
    .jsonValue({ maxDepth: 2 })
    .map((value) => JSON.parse(JSON.stringify(value).replaceAll('\\u0000', '')) as unknown);
  const part = fc.oneof(
    text,
    fc.record({ type: fc.constant('text'), text }),
    fc.record({ type: fc.constant('image_url'), image_url: fc.record({ url: text, more: json }) }),
    fc.record({ type: fc.constant('x'), more: json }),
  );
  const content = fc.oneof(text, fc.array(part, { maxLength: 3 }));
  const call = fc.record({
    id: text,
    type: fc.constant('function'),
    function: fc.record({ name: text, arguments: text }),
  });
  const message = fc.oneof(
    fc.record(
      { role: fc.constantFrom('system', 'developer', 'user'), content, name: text, more: json },
      { requiredKeys: ['role', 'content'] },
    ),
    fc.record(
      {
        role: fc.constant('assistant'),
        content: fc.oneof(content, fc.constant(null)),
        tool_calls: fc.array(call, { maxLength: 2 }),
      },
      { requiredKeys: ['role'] },
    ),
    fc.record(
      { role: fc.constant('tool'), tool_call_id: text, content },
      { requiredKeys: ['role', 'content'] },
    ),
  );

  it('whatever they are, in each attempt', async () => {
    const { service, model } = running;
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (messages, fails) => {
          const sent = JSON.stringify(messages).isWellFormed() ? messages : [USER];
          const before = model.requests.length;
          model.next(...(fails ? [status(503, {})] : []), answer('x'));
          const response = await service.post(PATH, { messages: sent });
          expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'x' } }] });
          const got = model.requests.slice(before).map(({ text: body }) => messagesIn(body));
          expect(got).toEqual(Array(fails ? 2 : 1).fill(JSON.stringify(sent)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('in a continuation too, where the caller has begun the answer', async () => {
    running.model.next(endAfter(['the ']), answer('rest'));
    const messages = [USER, { role: 'assistant', content: 'This is ', name: 'bot' }];
    await send(messages, { stream: true, continue_final_message: true, add_generation_prompt: false });
    const { messages: got, ...body } = running.model.requests.at(-1)!.body!;
    expect(got).toEqual([
      USER,
      { role: 'assistant', content: 'This is the ', name: 'bot' },
      { role: 'user', content: expect.stringContaining('Continue it exactly') as string },
    ]);
    expect(body).not.toHaveProperty('continue_final_message');
    expect(running.model.requests.at(-2)!.body).toMatchObject({ messages, continue_final_message: true });
  });
});

describe('Parameters', () => {
  it('that OpenAI, vLLM and Ollama document go through', async () => {
    running.model.next(answer('x'));
    const parameters = {
      tools: [
        {
          type: 'function',
          function: { name: 'f', parameters: { type: 'object', properties: {} }, strict: true },
        },
        { type: 'web_search' },
      ],
      tool_choice: 'auto',
      parallel_tool_calls: false,
      reasoning_effort: 'low',
      chat_template_kwargs: { enable_thinking: false },
      logit_bias: { '5': -100 },
      top_k: 5,
      min_p: 0.1,
      service_tier: 'auto',
      prediction: { type: 'content', content: 'x'.repeat(40_000) },
      safety_identifier: 's',
      seed: 7,
      modalities: ['text'],
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'n', schema: { description: 'x'.repeat(40_000) } },
      },
      stop: ['a', 'b', 'x'.repeat(2_000)],
    };
    const ignored = {
      unknown: [1],
      metadata: { n: 1, is: true, none: null, long: 'x'.repeat(600) },
      user: 'u'.repeat(200),
    };
    await send([USER], { ...parameters, ...ignored, n: 1, logprobs: false, max_tokens: 0 });
    const { stream_options: _, ...body } = running.model.requests.at(-1)!.body as Record<string, unknown>;
    expect(body).toEqual({ model: 'test-model', messages: [USER], stream: true, ...parameters });
  });

  it.each([
    [{ logprobs: true }, 'logprobs', /leave it out/],
    [{ top_logprobs: 2 }, 'top_logprobs', /leave it out/],
    [{ n: 2 }, 'n', /send the request again/i],
    [{ modalities: ['text', 'audio'] }, 'modalities', /answers are text/],
    [{ audio: { voice: 'a', format: 'wav' } }, 'audio', /the answer is text/],
    [{ top_k: 'many' }, 'top_k', /must be a number/],
    [{ tool_choice: 'any' }, 'tool_choice', /none, auto, required/],
    [{ tools: [{ type: 'function' }] }, 'tools', /tool 0: function must be an object with a name/],
  ])('%j: 400 that says how to go on', async (more, param, message) => {
    for (const stream of [false, true]) {
      const response = await running.service.post(PATH, { messages: [USER], stream, ...more });
      expect(response.status).toBe(400);
      const { error } = (await response.json()) as { error: { param: string; message: string } };
      expect(error.param).toBe(param);
      expect(error.message).toMatch(message);
    }
  });
});
