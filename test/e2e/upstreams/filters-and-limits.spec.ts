import { Logger } from '@nestjs/common';
import { type Play, playing } from '../../support/model/server-play.js';
import {
  deltaEvent,
  DONE,
  HELLO,
  openAiError,
  refusal,
  ROLE,
  textEvent,
} from '../../support/model/server-play.frames.js';
import {
  startServiceWithModel,
  type ServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { startServiceWithTargets } from '../../support/service/service-with-targets.js';
import { ALL_WAYS, ask, type Told, type Way } from '../../support/service/ways-to-ask.js';

const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const vllm = (message: string, code = 400) => ({
  object: 'error',
  message,
  type: 'BadRequestError',
  param: null,
  code,
});

type Refused = readonly [report: string, play: Play];

const FILTERED: readonly Refused[] = [
  [
    'it-at-m/mucgpt#318 (Azure): a status',
    () =>
      refusal(
        400,
        openAiError('the prompt was filtered', { code: 'content_filter', param: 'prompt', type: null }),
      ),
  ],
  [
    'camel-ai/owl#432 (DashScope): a status',
    () =>
      refusal(
        400,
        openAiError('the input was filtered', {
          type: 'data_inspection_failed',
          code: 'data_inspection_failed',
        }),
      ),
  ],
  [
    'QwenLM/qwen-code#2905 (DashScope by a gateway): only the text says so',
    () =>
      refusal(400, openAiError('<400> InternalError.Algo.DataInspectionFailed: filtered', { type: null })),
  ],
  [
    'MoonshotAI/kimi-cli#1002: a type',
    () => refusal(400, { error: { code: 400, message: 'refused', param: 'prompt', type: 'content_filter' } }),
  ],
  [
    'DeepSeek: only the text says so',
    () => refusal(400, openAiError('Content Exists Risk', { code: 'invalid_request_error' })),
  ],
  [
    'OpenRouter: the status 403',
    () =>
      refusal(403, { error: { code: 403, message: 'The input was flagged', metadata: { reasons: ['x'] } } }),
  ],
  [
    'MiniMax: the status 200',
    () => ({
      status: 200,
      body: JSON.stringify({
        choices: null,
        base_resp: { status_code: 1026, status_msg: 'input new_sensitive' },
      }),
    }),
  ],
  [
    '666ghj/BettaFish#572: in the stream, before any text',
    () => [ROLE, data({ error: { code: 'data_inspection_failed', message: 'filtered' } }), DONE],
  ],
];

const FILTERED_AFTER_HELLO: readonly Refused[] = [
  [
    '666ghj/BettaFish#572 (DashScope): an error',
    () => [
      ROLE,
      textEvent('Hello'),
      data({
        error: { code: 'data_inspection_failed', type: 'data_inspection_failed', message: 'filtered' },
      }),
      DONE,
    ],
  ],
  [
    'Zhipu: an error with a number',
    () => [ROLE, textEvent('Hello'), data({ error: { code: '1301', message: 'no' } }), DONE],
  ],
  [
    'MiniMax: base_resp',
    () => [
      ROLE,
      textEvent('Hello'),
      data({ choices: null, base_resp: { status_code: 1027, status_msg: 'output new_sensitive' } }),
      DONE,
    ],
  ],
  [
    'BerriAI/litellm#28599: an error that a gateway wraps',
    () => [
      ROLE,
      textEvent('Hello'),
      data({ error: { message: 'litellm.ContentPolicyViolationError: no', type: null, code: '400' } }),
      DONE,
    ],
  ],
  [
    'Gemini: RECITATION',
    () => [ROLE, textEvent('Hello'), deltaEvent({}, 'content_filter: RECITATION'), DONE],
  ],
  [
    'Gemini: PROHIBITED_CONTENT',
    () => [ROLE, textEvent('Hello'), deltaEvent({}, 'PROHIBITED_CONTENT'), DONE],
  ],
  ['Anthropic: refusal', () => [ROLE, textEvent('Hello'), deltaEvent({}, 'refusal'), DONE]],
  ['Zhipu: sensitive', () => [ROLE, textEvent('Hello'), deltaEvent({}, 'sensitive'), DONE]],
];

const TOO_LONG: readonly Refused[] = [
  [
    'vLLM: only the text says so',
    () => refusal(400, vllm("the model's maximum context length is 8192 tokens, you asked for 9216")),
  ],
  [
    'OpenAI: a code',
    () =>
      refusal(400, openAiError('too many tokens', { code: 'context_length_exceeded', param: 'messages' })),
  ],
  [
    'ggml-org/llama.cpp#15780: a type',
    () =>
      refusal(400, {
        error: { code: 400, message: 'too large', type: 'exceed_context_size_error', n_ctx: 256 },
      }),
  ],
  [
    'ggml-org/llama.cpp#19774: the status 500',
    () =>
      refusal(500, {
        error: { code: 500, message: 'Context size has been exceeded.', type: 'server_error' },
      }),
  ],
  [
    'sgl-project/sglang#12081: in the stream, with the status 200',
    () => [
      data({
        error: vllm("The input (9216 tokens) is longer than the model's context length (8192 tokens)."),
      }),
      DONE,
    ],
  ],
  [
    'huggingface/text-generation-inference#2749: in the stream',
    () => [
      data({
        error: 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048',
        error_type: 'validation',
      }),
    ],
  ],
  [
    'BerriAI/litellm#7259: a gateway wraps it',
    () =>
      refusal(
        400,
        openAiError('litellm.ContextWindowExceededError: AnthropicError - no', { type: null, code: '400' }),
      ),
  ],
  [
    'QwenLM/qwen-code#98 (DashScope)',
    () =>
      refusal(
        400,
        openAiError('<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 9]'),
      ),
  ],
  [
    'lmstudio-ai/lmstudio-bug-tracker#237: an error that is text',
    () => refusal(400, { error: 'Trying to keep the first 9216 tokens when context the overflows' }),
  ],
  [
    'continuedev/continue#10218 (Groq): more than a minute allows',
    () =>
      refusal(
        413,
        openAiError('Request too large for model, on tokens per minute', {
          type: 'tokens',
          code: 'rate_limit_exceeded',
        }),
      ),
  ],
];

const MISCONFIGURED: readonly (readonly [report: string, play: Play, log: string])[] = [
  [
    'langchain-ai/langchainjs#1929 (OpenAI)',
    () =>
      refusal(429, openAiError('quota used up', { type: 'insufficient_quota', code: 'insufficient_quota' })),
    'the account is out of quota',
  ],
  [
    'DeepSeek: the status 402',
    () => refusal(402, openAiError('Insufficient Balance', { type: 'unknown_error' })),
    'the account is out of quota',
  ],
  [
    'infiniflow/ragflow#1552 (DashScope): Arrearage',
    () => refusal(400, { code: 'Arrearage', message: 'Access denied', request_id: 'r' }),
    'the account is out of quota',
  ],
  [
    'langgenius/dify#5850 (Zhipu): 1113',
    () => refusal(429, { error: { code: '1113', message: '余额不足' } }),
    'the account is out of quota',
  ],
  [
    'MiniMax-AI/MiniMax-M2#62: the status 500',
    () =>
      refusal(500, { type: 'error', error: { type: 'api_error', message: 'insufficient balance (1008)' } }),
    'the account is out of quota',
  ],
  [
    'MoonshotAI/Kimi-K2#5: the status 403',
    () => refusal(403, { error: { message: 'not active', type: 'exceeded_current_quota_error' } }),
    'the account is out of quota',
  ],
  [
    'router-for-me/CLIProxyAPI#3859 (Anthropic): the status 400',
    () => refusal(400, openAiError('Your credit balance is too low')),
    'the account is out of quota',
  ],
  [
    'langgenius/dify#19838 (Gemini): for the day',
    () =>
      refusal(429, [
        {
          error: {
            code: 429,
            message: 'exceeded',
            status: 'RESOURCE_EXHAUSTED',
            details: [{ violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel' }] }],
          },
        },
      ]),
    'the account is out of quota for today',
  ],
  [
    'OpenRouter: in the stream',
    () => [ROLE, data({ choices: [], error: { code: 402, message: 'more credits' } }), DONE],
    'the account is out of quota',
  ],
  [
    'OpenAI: a wrong key',
    () => refusal(401, openAiError('wrong key', { code: 'invalid_api_key' })),
    'the key is refused',
  ],
  [
    'Gemini: a wrong key with the status 400',
    () => refusal(400, [{ error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } }]),
    'the key is refused',
  ],
  [
    'netease-youdao/QAnything#555 (Ollama): the model',
    () => refusal(404, { error: { message: 'model "x" not found, pull it first', type: 'api_error' } }),
    'the model is not known',
  ],
  [
    'ErlichLiu/DeepClaude#111 (SiliconFlow): the model',
    () => refusal(400, { code: 20012, message: 'Model does not exist.', data: null }),
    'the model is not known',
  ],
];

/**
 * Real: the service, its database, HTTP both ways. Stand-in: a model server that plays what was met in the field, in
 * words of our own.
 */
describe('What a model server refuses for good', () => {
  let running: ServiceWithModel;
  const logged: string[] = [];

  beforeAll(async () => {
    running = await startServiceWithModel();
    const hear = (message: unknown) => void logged.push(String(message));
    Logger.overrideLogger({ log: hear, warn: hear, error: hear, debug: () => undefined, fatal: hear });
  });
  afterAll(async () => {
    Logger.overrideLogger(['fatal']);
    await stopServiceWithModel(running);
  });

  async function askWith(way: Way, play: Play) {
    logged.length = 0;
    const asked = running.model.requests.length;
    running.model.always(playing(play));
    const told = await ask(running.service, way);
    return { ...told, calls: running.model.requests.length - asked };
  }

  /** Of the OpenAI API, under the names that its SDKs know. */
  const codeFor = (way: Way, code: string) => {
    const names: Record<string, string> = {
      content_filtered: 'content_filter',
      context_too_long: 'context_length_exceeded',
    };
    return way.startsWith('openai') ? (names[code] ?? code) : code;
  };

  /** The OpenAI API has a status until there is text, also where it streams. */
  const hasStatus = (way: Way) => way === 'json' || way.startsWith('openai');

  function expectRefused(told: Told & { calls: number }, way: Way, [code, status]: [string, number]): void {
    expect(told).toMatchObject({ status: hasStatus(way) ? status : 200, text: '', calls: 1 });
    expect(told.error).toMatchObject({ code: codeFor(way, code) });
    if (!told.receipt) return;
    expect(told.receipt).toMatchObject({ status: 'failed', error_code: code });
    expect(told.receipt.attempts.map(({ outcome }) => outcome)).toEqual([code]);
  }

  describe.each(ALL_WAYS)('to a caller of %s', (way) => {
    it.each(FILTERED)('%s: content_filtered', async (_, play) => {
      expectRefused(await askWith(way, play), way, ['content_filtered', 400]);
      expect(logged.join('\n')).toContain('content_filtered: a content filter refused it');
    });

    it.each(FILTERED_AFTER_HELLO)('%s: the text so far is the answer', async (_, play) => {
      const told = await askWith(way, play);
      expect(told).toMatchObject({ status: 200, text: 'Hello', finishReason: 'content_filter', calls: 1 });
      expect(told.receipt).toMatchObject({
        status: 'completed',
        text: 'Hello',
        finish_reason: 'content_filter',
      });
    });

    it.each(TOO_LONG)('%s: context_too_long', async (_, play) => {
      expectRefused(await askWith(way, play), way, ['context_too_long', 400]);
      expect(logged.join('\n')).toContain('context_too_long: it is too long for the model');
    });

    it('llama.cpp runs out of context in the answer: its text so far is the answer', async () => {
      const error = {
        error: { code: 500, message: 'Context size has been exceeded.', type: 'server_error' },
      };
      const told = await askWith(way, () => [ROLE, HELLO[0]!, data(error), DONE]);
      expect(told).toMatchObject({ status: 200, text: 'Hello', finishReason: 'length', calls: 1 });
    });

    it.each(MISCONFIGURED)('%s: model_misconfigured, and the log says why', async (_, play, log) => {
      expectRefused(await askWith(way, play), way, ['model_misconfigured', 502]);
      expect(logged.join('\n')).toContain(`model_misconfigured: ${log}: `);
    });

    it('FuzzAnything/PromptFuzz#42 (Gemini): an error in a list is model_refused', async () => {
      const told = await askWith(way, () => refusal(400, [openAiError('use a valid role')]));
      expectRefused(told, way, ['model_refused', 502]);
      expect(logged.join('\n')).toContain('model_refused: status 400, type invalid_request_error');
    });

    it('a parameter is no filter and no length', async () => {
      const error = openAiError("'max_tokens' is too large", { code: 'invalid_value', param: 'tools' });
      expectRefused(await askWith(way, () => refusal(400, error)), way, ['model_refused', 502]);
    });
  });

  it.each([
    ['content_filtered', () => refusal(400, openAiError('no', { code: 'content_filter' })), 400],
    ['context_too_long', () => refusal(413, {}), 400],
    ['model_misconfigured', () => refusal(401, {}), 502],
  ] as const)('%s is not worth a repetition, and says nothing of the server', async (code, play, status) => {
    const told = await askWith('json', () => {
      const played = play();
      return { ...played, body: played.body.replace('no', 'canary') };
    });
    expect(told.error).toMatchObject({ code, status, retryable: false });
    expect(JSON.stringify(told.error)).not.toContain('canary');
  });

  describe('with a second target', () => {
    let two: ServiceWithModel;

    beforeAll(async () => {
      two = await startServiceWithTargets();
    });
    afterAll(() => stopServiceWithModel(two));

    const first = (refused: ReturnType<typeof refusal>): Play => {
      return ({ json }) =>
        json.model === 'first' ? refused : [ROLE, ...HELLO, deltaEvent({}, 'stop'), DONE];
    };

    it.each([401, 402, 403, 404])('a status %s of the first is answered by the second', async (status) => {
      two.model.always(playing(first(refusal(status, {}))));
      const told = await ask(two.service, 'json');
      expect(told).toMatchObject({ status: 200, text: 'Hello world.' });
      expect(told.receipt!.attempts.map(({ outcome }) => outcome)).toEqual([
        'model_misconfigured',
        'answered',
      ]);
    });

    it.each([
      ['a filter', openAiError('no', { code: 'content_filter' })],
      ['a length', openAiError('no', { code: 'context_length_exceeded' })],
    ])('%s of the first is not asked of the second', async (_, error) => {
      two.model.always(playing(first(refusal(400, error))));
      const asked = two.model.requests.length;
      expect(await ask(two.service, 'json')).toMatchObject({ status: 400 });
      expect(two.model.requests.length).toBe(asked + 1);
    });
  });
});
