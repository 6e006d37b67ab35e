import fc from 'fast-check';
import type { FailureClass } from '../../model-failure.js';
import { classifyError } from './classify-error.js';
import { readServerError } from './server-error.js';

function classOf(body: unknown, status?: number): FailureClass {
  const said = readServerError(body);
  return classifyError(said, said.message, status).failureClass;
}

function codeOf(body: unknown, status?: number): string {
  return classOf(body, status).code;
}

/** In the forms of the servers, with texts of our own words. */
const openAi = (message: string, more: object = {}) => ({ error: { message, ...more } });
const vllm = (message: string, code = 400) => ({
  object: 'error',
  message,
  type: 'BadRequestError',
  param: null,
  code,
});

describe('What an error of a server means, by its status and body', () => {
  it.each<[string, number, unknown]>([
    [
      'Azure',
      400,
      openAi('the prompt was filtered', { code: 'content_filter', param: 'prompt', type: null }),
    ],
    [
      'Azure, in the error',
      400,
      { error: { code: 'BadRequest', innererror: { code: 'ResponsibleAIPolicyViolation' } } },
    ],
    [
      'DashScope',
      400,
      openAi('input filtered', { type: 'data_inspection_failed', code: 'data_inspection_failed' }),
    ],
    ['DashScope by a gateway', 400, openAi('<400> InternalError.Algo.DataInspectionFailed: text refused')],
    ['Moonshot', 400, openAi('The request was considered high risk', { type: 'content_filter', code: 400 })],
    [
      'DeepSeek',
      400,
      openAi('Content Exists Risk', { type: 'invalid_request_error', code: 'invalid_request_error' }),
    ],
    ['Zhipu', 400, openAi('unsafe', { code: '1301' })],
    ['Zhipu in Chinese', 400, openAi('系统检测到内容可能包含敏感信息')],
    ['MiniMax', 200, { base_resp: { status_code: 1026, status_msg: 'input new_sensitive' } }],
    ['OpenRouter', 403, openAi('Your input was flagged', { code: 403, metadata: { reasons: ['violence'] } })],
    [
      'LiteLLM',
      400,
      openAi('litellm.BadRequestError: litellm.ContentPolicyViolationError: refused', { code: '400' }),
    ],
    ['xAI', 403, { code: 'refused', error: 'Content violates usage guidelines.' }],
    ['OpenAI, reasoning', 400, openAi('the prompt breaks our rules', { code: 'invalid_prompt' })],
    [
      'Anthropic',
      400,
      openAi('Output blocked by content filtering policy', { type: 'invalid_request_error' }),
    ],
    ['a gateway', 400, openAi('The answer was filtered', { code: 400 })],
    ['a moderation', 400, openAi('no', { code: 'moderation_blocked' })],
    ['Volcengine', 400, openAi('no', { code: 'InputTextSensitiveContentDetected' })],
  ])('is a filter for %s', (_, status, body) => {
    expect(codeOf(body, status)).toBe('content_filtered');
  });

  it.each<[string, number, unknown]>([
    ['OpenAI', 400, openAi('too many tokens', { code: 'context_length_exceeded', param: 'messages' })],
    ['vLLM', 400, vllm("the model's maximum context length is 8192 tokens, you asked for 9216")],
    [
      'SGLang',
      400,
      vllm("The input (61709 tokens) is longer than the model's context length (40960 tokens)."),
    ],
    ['llama.cpp', 400, openAi('too large', { code: 400, type: 'exceed_context_size_error', n_ctx: 256 })],
    [
      'llama.cpp, as 500',
      500,
      openAi('Context size has been exceeded.', { code: 500, type: 'server_error' }),
    ],
    ['TGI', 422, { error: '`inputs` tokens + `max_new_tokens` must be <= 2048', error_type: 'validation' }],
    [
      'DashScope',
      400,
      openAi('<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 9]'),
    ],
    ['Zhipu', 400, openAi('Prompt 超长', { code: '1261' })],
    ['FastChat', 400, { object: 'error', message: 'context overflow', code: 40303 }],
    [
      'Gemini',
      400,
      [openAi('The input token count (2800010) exceeds the maximum number allowed', { code: 400 })],
    ],
    [
      'Anthropic',
      400,
      openAi('prompt is too long: 209303 tokens > 200000 maximum', { type: 'invalid_request_error' }),
    ],
    [
      'LiteLLM',
      400,
      openAi('litellm.ContextWindowExceededError: AnthropicError - no', { code: '400', type: null }),
    ],
    [
      'Mistral',
      400,
      {
        message: 'Prompt contains 9 tokens, too large for model with 8 maximum context length',
        code: '3051',
      },
    ],
    ['LM Studio', 400, { error: 'Trying to keep the first 9 tokens when context the overflows' }],
    [
      'Groq, more than a minute allows',
      413,
      openAi('Request too large for model', { type: 'tokens', code: 'rate_limit_exceeded' }),
    ],
    [
      'OpenAI, more than a minute allows',
      429,
      openAi('Request too large for gpt on tokens per min', { type: 'tokens' }),
    ],
    ['Bedrock', 400, { message: 'Input is too long for requested model.' }],
    ['xAI', 400, { error: "This model's maximum prompt length is 8 but the request contains 9 tokens." }],
    ['OpenAI, GPT-5', 400, openAi('Input tokens exceed the configured limit of 9 tokens.')],
    [
      'vLLM, another',
      400,
      vllm('The decoder prompt (length 9) is longer than the maximum model length of 8.'),
    ],
    [
      'Moonshot',
      400,
      openAi('Your request exceeded model token limit: 8', { type: 'invalid_request_error' }),
    ],
    ['TensorRT', 400, { error: 'prompt length (9) exceeds maximum input length (8)' }],
    ['Ollama', 400, openAi('the input length exceeds the context length', { type: 'api_error' })],
    ['nginx', 413, '<html><title>413 Request Entity Too Large</title></html>'],
    [
      'SiliconFlow',
      400,
      { code: 20015, message: 'length of prompt_tokens (9) must be less than max_seq_len (8).' },
    ],
  ])('is a length for %s', (_, status, body) => {
    expect(codeOf(body, status)).toBe('context_too_long');
  });

  const timeout = 'context deadline exceeded (Client.Timeout or context cancellation while reading body)';
  it.each<[string, number | undefined, string]>([
    [timeout, 500, 'model_failed'],
    [timeout, 502, 'model_failed'],
    [timeout, undefined, 'model_failed'],
    ['input rate exceeded limit', 429, 'model_overloaded'],
    ['Number of messages has exceeded your limit', 429, 'model_overloaded'],
    ['input queue length exceeded limit', 503, 'model_overloaded'],
  ])('is no length in %j with status %p', (message, status, code) => {
    expect(codeOf(openAi(message), status)).toBe(code);
  });
});

describe('A crash that a server reports with a status of a refusal', () => {
  it.each<[string, number, unknown]>([
    [
      'TGI',
      424,
      { error: 'Request failed during generation: Server error: out of memory', error_type: 'generation' },
    ],
    ['TGI without words', 424, { error_type: 'generation' }],
    ['LM Studio', 400, { error: 'Model unloaded.' }],
    ['LM Studio, in words', 400, { error: 'Model has unloaded or crashed..' }],
    [
      'LM Studio, a crash',
      400,
      { error: 'The model has crashed without additional information. (Exit code: 6)' },
    ],
    [
      'LM Studio, without a model',
      400,
      {
        error: {
          message: "No models loaded. Please load a model with 'lms load'.",
          type: 'invalid_request_error',
        },
      },
    ],
    ['LM Studio, a load', 400, { error: 'Failed to load model "qwen3-8b". Error: exit code 1' }],
    ['LM Studio, a channel', 400, { error: 'Channel Error' }],
    ['a server that has not loaded', 400, { detail: 'Model not loaded' }],
    ['Ollama', 400, { error: { message: 'llama runner process has terminated: signal: killed' } }],
    ['vLLM', 400, { object: 'error', message: 'EngineCore died unexpectedly: engine is dead', code: 400 }],
    ['a worker', 404, { error: 'The worker process exited with code 139' }],
    [
      'CUDA',
      400,
      {
        object: 'error',
        message: 'CUDA error: an illegal memory access was encountered',
        type: 'BadRequestError',
      },
    ],
    ['memory', 422, { detail: 'Insufficient GPU: CUDA out of memory' }],
    ['a gateway', 400, { error: { message: 'Internal server error', type: 'invalid_request_error' } }],
    ['Chinese', 400, { msg: '系统内部错误', code: 9999 }],
    ['nginx', 444, ''],
    ['a proxy that lost patience', 499, ''],
    ['a lock', 423, {}],
  ])('is repeated: %s', (_, status, body) => {
    expect(classOf(body, status)).toMatchObject({ code: 'model_failed', isRetriable: true });
  });

  it('is a full server for Groq', () => {
    expect(classOf({ error: { message: 'full' } }, 498)).toMatchObject({
      code: 'model_overloaded',
      isRetriable: true,
    });
  });

  it.each<[string, number, unknown, string]>([
    [
      'an unknown model',
      404,
      { error: { message: 'No models loaded', code: 'model_not_found' } },
      'model_misconfigured',
    ],
    ['a model that is not there', 404, { error: "model 'm' not found" }, 'model_misconfigured'],
    [
      'a process of the question',
      400,
      { error: 'cannot process the request: invalid role' },
      'model_refused',
    ],
    ['a stop word', 400, { error: { message: 'the model cannot use stop words' } }, 'model_refused'],
    ['a length', 400, { error: 'Context size has been exceeded. The model has crashed' }, 'context_too_long'],
  ])('is not meant by %s', (_, status, body, code) => {
    expect(codeOf(body, status)).toBe(code);
  });
});

describe('What an error inside an answer means', () => {
  it.each([
    [{ type: 'server_error' }, 'model_failed', true],
    [{ type: 'internal_error', code: null }, 'model_failed', true],
    [{ message: 'no words' }, 'model_failed', true],
    ['a string', 'model_failed', true],
    [true, 'model_failed', true],
    [null, 'model_failed', true],
    [{ code: 500 }, 'model_failed', true],
    [{ code: 502, type: 'invalid_request_error' }, 'model_failed', true],
    [{ error_code: 50002, text: 'out of memory' }, 'model_failed', true],
    [{ code: 'InternalError', message: 'worker died' }, 'model_failed', true],
    [{ code: '503' }, 'model_overloaded', true],
    [{ code: 429 }, 'model_overloaded', true],
    [{ type: 'rate_limit_exceeded' }, 'model_overloaded', true],
    [{ type: 'Overloaded' }, 'model_overloaded', true],
    [{ type: 'tokens', code: 'rate_limit_exceeded' }, 'model_overloaded', true],
    [{ base_resp: { status_code: 1039, status_msg: 'tokens of the minute' } }, 'model_overloaded', true],
    [{ code: 400 }, 'model_refused', false],
    [{ type: 'invalid_request_error' }, 'model_refused', false],
    [{ type: 'BadRequestError', code: 400 }, 'model_refused', false],
    [{ type: 'invalid_request_error', code: 'context_length_exceeded' }, 'context_too_long', false],
    [
      { error: 'Input validation error: `inputs` must have less than 9 tokens', error_type: 'validation' },
      'context_too_long',
      false,
    ],
    [{ code: 'content_filter' }, 'content_filtered', false],
    [{ code: 'contentFilter' }, 'content_filtered', false],
    [{ type: 'authentication_error' }, 'model_misconfigured', true],
    [{ code: 'model_not_found' }, 'model_misconfigured', true],
    [{ code: 402 }, 'model_misconfigured', true],
  ])('%j is %s, retriable: %s', (error, code, isRetriable) => {
    const said = readServerError(error);
    expect(classifyError(said, said.message).failureClass).toMatchObject({ code, isRetriable });
  });

  it('is known of any JSON and any status', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.option(fc.integer({ min: 300, max: 599 }), { nil: undefined }),
        (body, status) => {
          expect(codeOf(body, status)).toMatch(/^(?:model|content|context)_/);
        },
      ),
    );
  });
});
