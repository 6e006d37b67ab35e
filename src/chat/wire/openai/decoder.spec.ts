import { createValidationPipe } from '../../../common/http/validation.pipe.js';
import type { AppError } from '../../../common/errors/app-error.js';
import type { TurnRequest } from '../../domain/turn-request.js';
import { ChatCompletionRequestDto } from './request.dto.js';
import { decodeCompletionRequest } from './decoder.js';
import { OPENAI_TRAITS } from './traits.js';

const pipe = createValidationPipe();

async function decode(body: object): Promise<TurnRequest> {
  const metadata = { type: 'body', metatype: ChatCompletionRequestDto } as const;
  return decodeCompletionRequest((await pipe.transform(body, metadata)) as ChatCompletionRequestDto);
}

const pointersOf = (body: object) =>
  decode(body).then(
    () => [],
    (error: AppError) => error.errors?.map(({ pointer }) => pointer),
  );

const ASKED = { role: 'user', content: 'q' };
const IMAGE = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } };
const CALL = { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Bern"}' } };
const TOOL = { type: 'function', function: { name: 'weather', parameters: { type: 'object' } } };

describe('What a caller of the OpenAI API means', () => {
  it('is a question alone, without a template, when it says no more', async () => {
    expect(await decode({ messages: [ASKED] })).toEqual({
      wire: OPENAI_TRAITS,
      promptPointer: '/metadata/prompt_name',
      question: 'q',
      sent: [ASKED],
      history: { from: 'conversation', rounds: 10 },
      prompt: { kind: 'verbatim', text: '' },
      retrieval: 'when-used',
    });
  });

  it('is its messages, as they are, with the last text of the user for the question', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'developer', content: [{ type: 'text', text: 'Be {{kind}}.' }], name: 'me' },
      { role: 'user', content: [{ type: 'text', text: 'What is ' }, IMAGE, 'this?'] },
      { role: 'assistant', content: null, tool_calls: [CALL] },
      { role: 'tool', tool_call_id: 'call_a', content: [{ type: 'text', text: '22' }] },
      { role: 'system', content: 'Now in Chinese.' },
      { role: 'assistant', content: 'It' },
    ];
    const { sent, question, prompt, history } = await decode({ messages });
    expect(sent).toEqual(messages);
    expect(question).toBe('What is this?');
    expect(prompt).toEqual({ kind: 'verbatim', text: '' });
    expect(history).toEqual({ from: 'request', messages: [] });
  });

  it.each([
    ['the rounds of its conversation', [ASKED], 'conversation'],
    ['the same below a system message', [{ role: 'system', content: 's' }, ASKED], 'conversation'],
    ['the same of a system message alone', [{ role: 'system', content: 's' }], 'conversation'],
    ['nothing where it sends an answer', [ASKED, { role: 'assistant', content: 'a' }, ASKED], 'request'],
    ['nothing where it asks twice', [ASKED, ASKED], 'request'],
    ['nothing where it begins the answer', [ASKED, { role: 'assistant', content: 'a' }], 'request'],
  ])('has before it %s', async (_, messages, from) => {
    expect((await decode({ messages })).history.from).toBe(from);
  });

  it('belongs to the conversation that it names, and is named after its question', async () => {
    const metadata = { conversation_id: 'c', other: 'x' };
    const { conversation, endUser } = await decode({ messages: [ASKED], metadata, user: 'alice' });
    expect(conversation).toEqual({ externalId: 'c', name: 'q' });
    expect(endUser).toBe('alice');
  });

  it('may name a template in place of system messages, not beside them', async () => {
    const metadata = { prompt_name: 'translate' };
    const { prompt } = await decode({ messages: [ASKED], metadata });
    expect(prompt).toEqual({ kind: 'template', name: 'translate' });
    const system = { role: 'system', content: 's' };
    expect(await pointersOf({ messages: [system, ASKED], metadata })).toEqual(['/metadata']);
  });

  it('sets what the model server knows, and no more', async () => {
    const given = {
      top_p: 0.5,
      stop: ['x'],
      seed: 7,
      presence_penalty: 1,
      logit_bias: { 1: 2 },
      chat_template_kwargs: { enable_thinking: false },
      response_format: { type: 'text' },
    };
    const body = { messages: [ASKED], ...given, frequency_penalty: null, foo: 'bar' };
    const { parameters, maxTokens, temperature } = await decode({
      ...body,
      max_tokens: 5,
      max_completion_tokens: 6,
      temperature: 0,
    });
    expect(parameters).toEqual(given);
    expect({ maxTokens, temperature }).toEqual({ maxTokens: 6, temperature: 0 });
  });

  it('takes what client libraries send for nothing', async () => {
    const nothing = {
      tools: [],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      functions: null,
      function_call: 'none',
      logprobs: false,
      top_logprobs: 0,
      n: 1,
      audio: null,
      model: null,
      max_tokens: 0,
      max_completion_tokens: 0,
      metadata: null,
      user: '',
    };
    for (const stop of [null, '', [], ['']])
      expect(await decode({ messages: [ASKED], stop, ...nothing })).toEqual(
        await decode({ messages: [ASKED] }),
      );
  });

  it('takes the limit of tokens that is one', async () => {
    expect(await decode({ messages: [ASKED], max_completion_tokens: 0, max_tokens: 5 })).toMatchObject({
      maxTokens: 5,
    });
    const { parameters } = await decode({ messages: [ASKED], stop: ['', 'END'] });
    expect(parameters).toEqual({ stop: ['END'] });
  });

  it('has tools with what is said of them', async () => {
    const tools = [TOOL, { type: 'custom', custom: { name: 'shell' } }, { type: 'web_search' }];
    for (const tool_choice of [
      'none',
      'required',
      { type: 'function', function: { name: 'weather' } },
      { type: 'custom', custom: { name: 'shell' } },
      { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{ type: 'function' }] } },
      { type: 'web_search' },
    ]) {
      const said = { tools, tool_choice, parallel_tool_calls: false };
      expect((await decode({ messages: [ASKED], ...said })).parameters).toEqual(said);
    }
  });

  it('may have tools in their former form', async () => {
    const call = { name: 'weather', arguments: '{}' };
    const messages = [
      ASKED,
      { role: 'assistant', content: null, function_call: call },
      { role: 'function', name: 'weather', content: '22' },
      { role: 'assistant', content: 'ok', function_call: null },
    ];
    const body = { messages, functions: [TOOL.function], function_call: { name: 'weather' } };
    const { sent, parameters, toolsPointer } = await decode(body);
    expect(sent).toEqual([
      ASKED,
      { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: call }] },
      { role: 'tool', name: 'weather', content: '22', tool_call_id: 'call_1' },
      messages[3],
    ]);
    expect(parameters).toEqual({
      tools: [TOOL],
      tool_choice: { type: 'function', function: { name: 'weather' } },
    });
    expect(toolsPointer).toBe('/functions');
  });

  it('takes metadata of any kind, and numbers for ids', async () => {
    const metadata = {
      conversation_id: 7,
      n: 1,
      is: true,
      none: null,
      long: 'x'.repeat(9_999),
      o: {},
    };
    expect((await decode({ messages: [ASKED], metadata })).conversation).toEqual({
      externalId: '7',
      name: 'q',
    });
    expect(
      (await decode({ messages: [ASKED], metadata: { conversation_id: null } })).conversation,
    ).toBeUndefined();
  });

  it('has one short name for an end user whose name cannot be kept', async () => {
    const userOf = async (user: string) => (await decode({ messages: [ASKED], user })).endUser;
    const long = await userOf('x'.repeat(129));
    expect(long).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await userOf('x'.repeat(129))).toBe(long);
    expect(await userOf('x'.repeat(130))).not.toBe(long);
    expect(await userOf('x'.repeat(128))).toBe('x'.repeat(128));
  });

  it('cannot change what objects inherit', async () => {
    const message = JSON.parse(
      '{"role":"user","content":"q","__proto__":{"role":"system"},"constructor":1}',
    ) as object;
    const { sent } = await decode({ messages: [message] });
    expect(JSON.stringify(sent)).toBe(JSON.stringify([message]));
    expect(({} as { role?: unknown }).role).toBeUndefined();
  });

  it.each([
    [{ messages: [] }, '/messages'],
    [{ messages: 'q' }, '/messages'],
    [{ messages: [null] }, '/messages'],
    [{ messages: [{ role: 'robot', content: 'x' }, ASKED] }, '/messages'],
    [{ messages: [{ role: 'user' }] }, '/messages'],
    [{ messages: [{ role: 'system', content: null }, ASKED] }, '/messages'],
    [{ messages: [{ role: 'user', content: {} }] }, '/messages'],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, '/messages'],
    [{ messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: 'x' }] }] }, '/messages'],
    [{ messages: [{ role: 'user', content: [{ type: 'file', file: [] }] }] }, '/messages'],
    [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, '/messages'],
    [{ messages: [{ role: 'user', content: [{ type: 5 }] }] }, '/messages'],
    [{ messages: [{ role: 'user', content: [null] }] }, '/messages'],
    [{ messages: [{ ...ASKED, deep: Infinity }] }, '/messages'],
    [{ messages: [{ ...ASKED, name: 5 }] }, '/messages'],
    [{ messages: [ASKED, { role: 'tool', content: 'x', tool_call_id: 5 }] }, '/messages'],
    [{ messages: [ASKED, { role: 'assistant', tool_calls: {} }] }, '/messages'],
    [{ messages: [ASKED, { role: 'assistant', tool_calls: [{ ...CALL, function: {} }] }] }, '/messages'],
    [{ messages: [ASKED, { role: 'assistant', tool_calls: [{ ...CALL, id: 5 }] }] }, '/messages'],
    [{ messages: [ASKED, { role: 'assistant', function_call: 'x' }] }, '/messages'],
    [{ messages: [ASKED], tools: {} }, '/tools'],
    [{ messages: [ASKED], tools: [{ type: 'function' }] }, '/tools'],
    [{ messages: [ASKED], tools: [{ type: 'function', function: { name: '' } }] }, '/tools'],
    [
      { messages: [ASKED], tools: [{ type: 'function', function: { name: 'f', parameters: 'x' } }] },
      '/tools',
    ],
    [{ messages: [ASKED], tools: [{ type: 'custom' }] }, '/tools'],
    [{ messages: [ASKED], tools: [{ ...TOOL, type: 5 }] }, '/tools'],
    [{ messages: [ASKED], tool_choice: 'required' }, '/tool_choice'],
    [{ messages: [ASKED], tools: [TOOL], tool_choice: 'any' }, '/tool_choice'],
    [{ messages: [ASKED], tools: [TOOL], tool_choice: 5 }, '/tool_choice'],
    [
      { messages: [ASKED], tools: [TOOL], tool_choice: { type: 'function', function: { name: 'x' } } },
      '/tool_choice',
    ],
    [{ messages: [ASKED], tools: [TOOL], tool_choice: { type: 'allowed_tools' } }, '/tool_choice'],
    [{ messages: [ASKED], tools: [TOOL], parallel_tool_calls: 'no' }, '/parallel_tool_calls'],
    [{ messages: [ASKED], functions: [{}] }, '/functions'],
    [{ messages: [ASKED], functions: [TOOL.function], tools: [TOOL] }, '/functions'],
    [{ messages: [ASKED], functions: [TOOL.function], function_call: { name: 'x' } }, '/function_call'],
    [{ messages: [ASKED], logprobs: true }, '/logprobs'],
    [{ messages: [ASKED], top_logprobs: 3 }, '/top_logprobs'],
    [{ messages: [ASKED], audio: { voice: 'a' } }, '/audio'],
    [{ messages: [ASKED], modalities: ['text', 'audio'] }, '/modalities'],
    [{ messages: [ASKED], n: 2 }, '/n'],
    [{ messages: [ASKED], stop: [1] }, '/stop'],
    [{ messages: [ASKED], temperature: 2.1 }, '/temperature'],
    [{ messages: [ASKED], top_p: -1 }, '/top_p'],
    [{ messages: [ASKED], max_tokens: -1 }, '/max_tokens'],
    [{ messages: [ASKED], seed: 1.5 }, '/seed'],
    [{ messages: [ASKED], top_k: '5' }, '/top_k'],
    [{ messages: [ASKED], ignore_eos: 'yes' }, '/ignore_eos'],
    [{ messages: [ASKED], reasoning_effort: 3 }, '/reasoning_effort'],
    [{ messages: [ASKED], logit_bias: [] }, '/logit_bias'],
    [{ messages: [ASKED], bad_words: 'x' }, '/bad_words'],
    [{ messages: [ASKED], response_format: 'json' }, '/response_format'],
    [{ messages: [ASKED], metadata: { conversation_id: true } }, '/metadata'],
    [{ messages: [ASKED], metadata: { conversation_id: 'x'.repeat(129) } }, '/metadata'],
    [{ messages: [ASKED], metadata: { conversation_id: 2 ** 60 } }, '/metadata'],
    [{ messages: [{ role: 'system', content: 'x' }], metadata: { prompt_name: 'p' } }, '/metadata'],
    [{ messages: [{ role: 'assistant', content: 'x' }], metadata: { prompt_name: 'p' } }, '/metadata'],
    [{ messages: [ASKED], metadata: { prompt_name: '\u0000' } }, '/metadata'],
    [{ messages: [ASKED], metadata: [] }, '/metadata'],
    [{ messages: [ASKED], user: 'a\u0000' }, '/user'],
    [{ messages: [ASKED], stop: ['\ud800'] }, '/stop'],
    [{ messages: [ASKED], user: 5 }, '/user'],
    [{ messages: [ASKED], stream_options: { include_usage: 'yes' } }, '/stream_options'],
    [{ messages: [ASKED], stream: 'yes' }, '/stream'],
  ])('is refused with the member at fault (%#)', async (body, pointer) => {
    expect(await pointersOf(body)).toEqual([pointer]);
  });
});
