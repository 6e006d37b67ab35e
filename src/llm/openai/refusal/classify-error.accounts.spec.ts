import { classifyError } from './classify-error.js';
import { readServerError } from './server-error.js';

/** In the forms of the servers, with texts of our own words. */
const openAi = (message: string, more: object = {}) => ({ error: { message, ...more } });
const vllm = (message: string, code = 400) => ({
  object: 'error',
  message,
  type: 'BadRequestError',
  param: null,
  code,
});
const gemini = (message: string, quotaIds: string[] = []) => [
  {
    error: {
      code: 429,
      message,
      status: 'RESOURCE_EXHAUSTED',
      details: [{ violations: quotaIds.map((quotaId) => ({ quotaId })) }, { retryDelay: '41s' }],
    },
  },
];

describe('An error about the key, the account or the name of the model', () => {
  it.each<[string, number, unknown, string]>([
    ['a gateway', 400, openAi('Your account balance is insufficient'), 'the account is out of quota'],
    ['another gateway', 429, openAi('quota exceeded'), 'the account is out of quota'],
    ['OpenAI', 429, openAi('used up', { type: 'insufficient_quota' }), 'the account is out of quota'],
    [
      'DeepSeek',
      402,
      openAi('Insufficient Balance', { type: 'unknown_error' }),
      'the account is out of quota',
    ],
    ['DashScope', 400, { code: 'Arrearage', message: 'Access denied' }, 'the account is out of quota'],
    [
      'DashScope, free',
      403,
      openAi('free tier is over', { code: 'AllocationQuota.FreeTierOnly' }),
      'the account is out of quota',
    ],
    ['Zhipu', 429, openAi('余额不足', { code: '1113' }), 'the account is out of quota'],
    [
      'MiniMax',
      500,
      openAi('insufficient balance (1008)', { type: 'api_error' }),
      'the account is out of quota',
    ],
    [
      'Moonshot',
      403,
      openAi('not active', { type: 'exceeded_current_quota_error' }),
      'the account is out of quota',
    ],
    [
      'OpenRouter',
      402,
      openAi('This request requires more credits', { code: 402 }),
      'the account is out of quota',
    ],
    ['SiliconFlow', 403, { code: 30001, message: 'no balance', data: null }, 'the account is out of quota'],
    [
      'Anthropic',
      400,
      openAi('Your credit balance is too low', { type: 'invalid_request_error' }),
      'the account is out of quota',
    ],
    ['xAI', 403, { error: 'Your team has used all available credits' }, 'the account is out of quota'],
    [
      'LiteLLM',
      400,
      openAi('Budget has been exceeded! Current cost: 9', { type: 'budget_exceeded' }),
      'the account is out of quota',
    ],
    ['New API', 403, openAi('额度不足', { code: 'insufficient_user_quota' }), 'the account is out of quota'],
    [
      'Gemini, a limit of zero',
      429,
      gemini('Quota exceeded for metric: requests, limit: 0, model: m'),
      'the account is out of quota',
    ],
    [
      'Gemini, for the day',
      429,
      gemini('exceeded', ['GenerateRequestsPerDayPerProjectPerModel']),
      'the account is out of quota for today',
    ],
    [
      'GitHub Models',
      429,
      openAi('Rate limit of 50 per 86400s exceeded', { code: 'RateLimitReached' }),
      'the account is out of quota for today',
    ],
    [
      'OpenRouter, free',
      429,
      openAi('Rate limit exceeded: free-models-per-day', { code: 429 }),
      'the account is out of quota for today',
    ],
    ['OpenAI, the key', 401, openAi('no', { code: 'invalid_api_key' }), 'the key is refused'],
    ['any server, the key', 401, '', 'the key is refused'],
    [
      'Gemini, the key',
      400,
      [openAi('API key not valid. Pass one.', { code: 400, status: 'INVALID_ARGUMENT' })],
      'the key is refused',
    ],
    ['FastChat, the key', 401, { error: { code: 'invalid_api_key' } }, 'the key is refused'],
    ['a key for other models', 403, {}, 'the key is refused, or may not use the model'],
    [
      'Ollama, the model',
      404,
      openAi('model "x" not found, pull it first', { type: 'api_error' }),
      'the model is not known',
    ],
    [
      'vLLM, the model',
      404,
      { ...vllm('The model `x` does not exist.', 404), type: 'NotFoundError' },
      'the model is not known',
    ],
    ['Azure, the deployment', 404, openAi('no', { code: 'DeploymentNotFound' }), 'the model is not known'],
    [
      'SiliconFlow, the model',
      400,
      { code: 20012, message: 'Model does not exist.' },
      'the model is not known',
    ],
    [
      'DeepSeek, the model',
      400,
      openAi('Model Not Exist', { type: 'invalid_request_error' }),
      'the model is not known',
    ],
    [
      'LiteLLM, the model',
      400,
      openAi('Invalid model name passed in model=x', { code: '400' }),
      'the model is not known',
    ],
    ['New API, the model', 503, openAi('无可用渠道', { code: 'model_not_found' }), 'the model is not known'],
    ['a wrong address', 404, '<h1>404</h1>', 'the model or the address is not known'],
  ])('is for the operator, of %s', (_, status, body, reason) => {
    const said = readServerError(body);
    const { failureClass, reason: found } = classifyError(said, said.message, status);
    expect([failureClass.code, found]).toEqual(['model_misconfigured', reason]);
    expect(failureClass).toMatchObject({ isRetriable: true, isOutage: false, isElsewhereOnly: true });
  });
});

describe('An error that is not about these, nor about a filter or a length', () => {
  it.each<[string, number, unknown, string]>([
    [
      'OpenAI, requests',
      429,
      openAi('Rate limit reached', { type: 'requests', code: 'rate_limit_exceeded' }),
      'model_overloaded',
    ],
    [
      'Azure',
      429,
      openAi('rate limit of your pricing tier. Go to quotaincrease', { code: '429' }),
      'model_overloaded',
    ],
    [
      'Groq, which advertises',
      429,
      openAi('Rate limit reached. Upgrade: settings/billing', { code: 'rate_limit_exceeded' }),
      'model_overloaded',
    ],
    [
      'Gemini, by the minute',
      429,
      gemini('You exceeded your current quota, check your plan and billing', ['GenerateRequestsPerMinute']),
      'model_overloaded',
    ],
    [
      'Gemini, without details',
      429,
      gemini('Resource has been exhausted (e.g. check quota).'),
      'model_overloaded',
    ],
    [
      'DashScope',
      429,
      openAi('Allocated quota exceeded', { code: 'Throttling.AllocationQuota' }),
      'model_overloaded',
    ],
    ['Zhipu', 429, openAi('too many', { code: '1302' }), 'model_overloaded'],
    [
      'a rate of tokens',
      429,
      openAi('Input tokens exceed your limit of tokens per minute'),
      'model_overloaded',
    ],
    ['a rate, as 403', 403, { message: 'Rate limit exceeded' }, 'model_overloaded'],
    ['Vertex', 429, gemini('Quota exceeded for requests_per_minute_per_project'), 'model_overloaded'],
    [
      'Bedrock',
      400,
      { __type: 'ThrottlingException', code: 'ThrottlingException', message: 'slow down' },
      'model_overloaded',
    ],
    [
      'Moonshot',
      429,
      openAi('The engine is currently overloaded', { type: 'engine_overloaded_error' }),
      'model_overloaded',
    ],
    [
      'Anthropic',
      529,
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      'model_overloaded',
    ],
    [
      'llama.cpp, loading',
      503,
      openAi('loading model', { code: 503, type: 'unavailable_error' }),
      'model_overloaded',
    ],
    ['a server that fails and names its model', 500, openAi('worker for model x not found'), 'model_failed'],
    ['FastAPI', 500, { detail: 'Internal Server Error' }, 'model_failed'],
    [
      'a parameter of OpenAI',
      400,
      openAi("'max_tokens' is not supported", { code: 'unsupported_parameter', param: 'max_tokens' }),
      'model_refused',
    ],
    ['a parameter of vLLM', 400, vllm('unknown argument: stream_options'), 'model_refused'],
    [
      'a parameter of DashScope',
      400,
      openAi('<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 8192]'),
      'model_refused',
    ],
    [
      'an answer of OpenAI that is too long',
      400,
      openAi('max_tokens is too large: 32000', { param: 'max_tokens' }),
      'model_refused',
    ],
    [
      'roles',
      400,
      vllm('Conversation roles must alternate user/assistant/user/assistant/...'),
      'model_refused',
    ],
    [
      'FastAPI',
      422,
      { detail: [{ type: 'extra_forbidden', msg: 'Extra inputs are not permitted' }] },
      'model_refused',
    ],
    ['a body that is empty', 400, '', 'model_refused'],
  ])('is known for %s', (_, status, body, code) => {
    const said = readServerError(body);
    expect(classifyError(said, said.message, status).failureClass.code).toBe(code);
  });
});
