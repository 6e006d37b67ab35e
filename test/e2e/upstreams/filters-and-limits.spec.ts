import type { Play } from '../../support/model/server-play.js';
import {
  deltaEvent,
  DONE,
  HELLO,
  openAiError,
  refusal,
  ROLE,
  textEvent,
} from '../../support/model/server-play.frames.js';
import { expectRefused, RefusedQuestions } from '../../support/service/refused-questions.js';
import { ALL_WAYS } from '../../support/service/ways-to-ask.js';

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

/**
 * Real: the service, its database, HTTP both ways. Stand-in: a model server that plays what was met in the field, in
 * words of our own.
 */
describe('What a model server refuses for good', () => {
  let refusing: RefusedQuestions;

  beforeAll(async () => (refusing = await RefusedQuestions.start()));
  afterAll(() => refusing.stop());

  describe.each(ALL_WAYS)('to a caller of %s', (way) => {
    it.each(FILTERED)('%s: content_filtered', async (_, play) => {
      expectRefused(await refusing.ask(way, play), way, ['content_filtered', 400]);
      expect(refusing.log()).toContain('content_filtered: a content filter refused it');
    });

    it.each(FILTERED_AFTER_HELLO)('%s: the text so far is the answer', async (_, play) => {
      const told = await refusing.ask(way, play);
      expect(told).toMatchObject({ status: 200, text: 'Hello', finishReason: 'content_filter', calls: 1 });
      expect(told.receipt).toMatchObject({
        status: 'completed',
        text: 'Hello',
        finish_reason: 'content_filter',
      });
    });

    it.each(TOO_LONG)('%s: context_too_long', async (_, play) => {
      expectRefused(await refusing.ask(way, play), way, ['context_too_long', 400]);
      expect(refusing.log()).toContain('context_too_long: it is too long for the model');
    });

    it('llama.cpp runs out of context in the answer: its text so far is the answer', async () => {
      const error = {
        error: { code: 500, message: 'Context size has been exceeded.', type: 'server_error' },
      };
      const told = await refusing.ask(way, () => [ROLE, HELLO[0]!, data(error), DONE]);
      expect(told).toMatchObject({ status: 200, text: 'Hello', finishReason: 'length', calls: 1 });
    });

    it('FuzzAnything/PromptFuzz#42 (Gemini): an error in a list is model_refused', async () => {
      const told = await refusing.ask(way, () => refusal(400, [openAiError('use a valid role')]));
      expectRefused(told, way, ['model_refused', way.startsWith('openai') ? 400 : 502]);
      expect(refusing.log()).toContain('model_refused: status 400, type invalid_request_error');
    });

    it('a parameter is no filter and no length', async () => {
      const error = openAiError("'max_tokens' is too large", { code: 'invalid_value', param: 'tools' });
      const told = await refusing.ask(way, () => refusal(400, error));
      expectRefused(told, way, ['model_refused', way.startsWith('openai') ? 400 : 502]);
    });
  });
});
