export type ErrorKind =
  'filter' | 'context' | 'quota' | 'day-quota' | 'key' | 'model' | 'rate' | 'overload' | 'crash' | 'refusal';

/** By what an error is known. Patterns are for lower case. */
export interface ErrorSign {
  readonly kind: ErrorKind;
  /** Whether it is looked for in the types and codes of the error, or in its text. */
  readonly in: 'words' | 'text';
  readonly pattern: RegExp;
  /** Whose servers send it. */
  readonly from: string;
}

/**
 * Numbers that servers count errors by: FastChat (40001 to 42903), Zhipu (1113 to 1310), MiniMax (1004 to 2056),
 * SiliconFlow (20012, 20015, 30001), Spark (10007 to 11203). A number with two meanings is left out.
 */
export const NUMBERS: Readonly<Record<Exclude<ErrorKind, 'crash'>, string>> = {
  filter: '1301 1026 1027 10013 10014 10019',
  context: '1261 40303 10907',
  quota: '1113 1308 1309 1310 1008 2056 42902 30001',
  'day-quota': '1304',
  key: '1004 2049 40101 40102 40103 11200',
  model: '1211 40301 20012',
  rate: '1302 1303 1039 1041 42901 11202 11203',
  overload: '1305 42903 10007',
  refusal: '40001 40302 2013',
};

const word = (kind: ErrorKind, pattern: RegExp, from: string): ErrorSign => ({
  kind,
  in: 'words',
  pattern,
  from,
});
const text = (kind: ErrorKind, pattern: RegExp, from: string): ErrorSign => ({
  kind,
  in: 'text',
  pattern,
  from,
});

/**
 * The first that is found decides. A filter and a length come first: gateways wrap them into errors of other types. The
 * word of a rate limit comes before texts about money, in which rate limits advertise.
 */
export const SIGNS: readonly ErrorSign[] = [
  word('filter', /content_?(?:filter|policy|moderation)/, 'OpenAI, Azure, Moonshot'),
  word('filter', /responsible_?ai|policy_?violation/, 'Azure'),
  word('filter', /data_?inspection/, 'DashScope'),
  word('filter', /sensitive|risk_?(?:detect|control)/, 'Volcengine'),
  word(
    'filter',
    /moderation|(?:unsafe|illegal|inappropriate|blocked)_?content|content_?blocked/,
    'OpenAI, gateways',
  ),
  word('filter', /invalid_prompt/, 'reasoning models of OpenAI'),
  word('filter', /safety|prohibited_?content|guardrail/, 'Gemini, Bedrock'),
  text('filter', /content[ _-]?(?:filter|policy|moderation|management policy)/, 'Azure, Anthropic, LiteLLM'),
  text('filter', /inappropriate[ _-]content|datainspection/, 'DashScope, also in the errors of gateways'),
  text('filter', /considered high risk/, 'Moonshot'),
  text('filter', /content exists risk/, 'DeepSeek'),
  text('filter', /\b(?:input|prompt|content|request|text)\b.{1,40}\bflagged/, 'OpenRouter, OpenAI'),
  text('filter', /safety (?:system|filter|polic|setting)|prohibited_content/, 'OpenAI, Gemini'),
  text('filter', /sensitive (?:content|word|information)|new_sensitive/, 'MiniMax, Volcengine'),
  text('filter', /violat(?:e|es|ed|ing|ion)\b.{1,60}\b(?:polic|guideline|terms)/, 'OpenAI, xAI'),
  text('filter', /blocked by .{1,40}(?:guardrail|content|safety|filter)/, 'Bedrock, LiteLLM'),
  text(
    'filter',
    /\b(?:prompt|content|output|answer) (?:was|is|has been|were) (?:filtered|blocked|moderated)/,
    'gateways',
  ),
  text('filter', /敏感|违规|不安全|内容安全|内容审核/, 'Zhipu, Qianfan'),

  word('context', /context_?(?:length|window|overflow)|context_size/, 'OpenAI, llama.cpp, LiteLLM'),
  word('context', /(?:prompt|input)_?too_?long|request_?too_?large|string_above_max/, 'OpenAI, Anthropic'),
  text(
    'context',
    /request too large|request entity too large/,
    'Groq and OpenAI, for more than a minute allows; nginx',
  ),
  text('rate', /\bper[ -](?:min|minute|second)\b/, 'all that count tokens, too'),
  text('context', /maximum (?:context|prompt|model) length|max_model_len/, 'OpenAI, vLLM, Mistral, xAI'),
  text('context', /context (?:length|window|size|limit)\b.{1,40}\bexceed/, 'llama.cpp, LM Studio'),
  // Not Go's "context deadline exceeded (… context cancellation while reading body)", which is a timeout.
  text(
    'context',
    /exceed.{1,60}\bcontext\b(?! cancel| deadline)|contextwindowexceeded/,
    'llama.cpp, Cloudflare, LiteLLM',
  ),
  text('context', /longer than the model'?s? (?:maximum )?context/, 'SGLang'),
  text('context', /(?:prompt|input|context) (?:is )?too long/, 'Anthropic, Bedrock, Fireworks'),
  text('context', /inputs`? tokens \+ `?max_new_tokens|inputs`? must have less than/, 'TGI, Together'),
  text('context', /range of input length/, 'DashScope'),
  text('context', /input (?:token count|tokens|length).{1,30}exceed/, 'Gemini, OpenAI, SGLang'),
  text('context', /(?:model token limit|max message tokens)/, 'Moonshot, Volcengine'),
  text(
    'context',
    // Not "input queue length exceeded limit", nor a number of messages.
    /\b(?:prompt|input|messages?)\b(?!.{1,40}\b(?:queue|rate)\b).{1,60}\b(?:exceeds?|exceeded|larger than|longer than)\b.{1,60}\b(?:tokens?|length|context)\b/,
    'TensorRT, MLC, LMDeploy',
  ),
  text('context', /tokens to keep from the initial prompt|first \d+ tokens when context/, 'LM Studio'),
  text(
    'context',
    /number of tokens in the prompt cannot exceed|length of prompt_tokens/,
    'Cohere, SiliconFlow',
  ),
  text('context', /(?:上下文|提示词|prompt|输入).{0,12}(?:超长|过长|超出|超过)/, 'Zhipu, Qianfan'),

  word('day-quota', /per_?day|by_?day|daily/, 'Gemini, GitHub Models'),
  text('day-quota', /per[ -]day\b|per 86400s|daily (?:request |token )?limit/, 'OpenRouter, Groq, Qianfan'),

  word('quota', /insufficient\w*(?:quota|balance|credit|fund)/, 'OpenAI, DeepSeek, MiniMax, New API'),
  word('quota', /exceeded_current_quota|billing|payment_?required/, 'Moonshot, OpenAI, Anthropic'),
  word('quota', /arrearage|freetieronly/, 'DashScope'),
  word(
    'quota',
    /account_?(?:deactivated|suspended|overdue)|credits?_?error|budget_?exceeded/,
    'OpenAI, LiteLLM',
  ),
  text('quota', /quota exceeded for metric.{1,200}\blimit: 0\b/, 'Gemini, a limit that is zero'),

  word('rate', /rate_?limit|too_?many|throttl|limit_?requests|concurrency/, 'OpenAI, Bedrock, DashScope'),
  word('rate', /resource_?exhausted/, 'Gemini'),
  word('overload', /overload|unavailable|capacity|server_?busy/, 'Anthropic, Moonshot, llama.cpp'),

  text('rate', /rate[ -]?limit|too many requests|限流/, 'gateways'),
  text(
    'quota',
    /exceeded your current quota|quota (?:is |was |has been )?(?:used up|exhausted|exceeded)/,
    'OpenAI',
  ),
  text(
    'quota',
    /(?:balance|credits?|funds) (?:is|are) (?:insufficient|exhausted|too low|used up)|out of credits?/,
    'gateways',
  ),
  text('quota', /insufficient\w* (?:account )?(?:quota|balance|credit|fund)/, 'DeepSeek, MiniMax, Moonshot'),
  text('quota', /credit balance is too low|requires more credits/, 'Anthropic, OpenRouter'),
  text('quota', /used all available credits|spending limit|included credits/, 'xAI, Hugging Face'),
  text(
    'quota',
    /budget has been exceeded|over budget|paid balance|in good standing/,
    'LiteLLM, SiliconFlow, DashScope',
  ),
  text('quota', /余额不足|欠费|请充值|额度.{0,8}(?:用尽|不足|耗尽)/, 'Zhipu, New API'),

  word(
    'model',
    /model_?not_?(?:found|exist|open|supported)|(?:invalid|unknown)_?model/,
    'OpenAI, Mistral, Volcengine',
  ),
  word(
    'model',
    /deployment_?not_?found|endpointormodel|not_?found_?error/,
    'Azure, Volcengine, vLLM, Anthropic',
  ),
  text(
    'crash',
    /\bmodel (?:has |was |is |got )?(?:been )?(?:unloaded|crashed)|\bmodels? (?:is |are |was )?(?:not (?:yet |currently )?|un)loaded|\bno models? (?:is |are )?(?:currently )?loaded|\b(?:failed|unable) to load (?:the )?model/,
    'LM Studio, which loads it for the next request',
  ),
  text(
    'crash',
    /\b(?:model|runner|worker|engine|backend|process|instance|replica)\b.{1,60}\b(?:crashed|died|dead|terminated|exited|killed|stopped|not running)\b/,
    'LM Studio, Ollama, vLLM, LocalAI, Xinference',
  ),
  text(
    'crash',
    /request failed during generation|cuda (?:error|out of memory|driver)|\bout of memory\b|segmentation fault|channel error|broken pipe|internal (?:server )?error|unexpected (?:server )?error|内部错误|显存不足/,
    'TGI, LM Studio, gateways',
  ),
  text('model', /\bmodel\b.{1,80}\b(?:not found|not exist|not a valid model)/, 'Ollama, vLLM, DeepSeek'),
  text('model', /(?:unknown|invalid|no such) model|model disabled/, 'MiniMax, LiteLLM'),
  text('model', /no endpoints found|模型不存在|无可用渠道/, 'OpenRouter, Zhipu, New API'),

  word(
    'key',
    /(?:invalid|incorrect|missing)_?(?:api_?)?key|api_?key_?(?:invalid|missing|expired)/,
    'OpenAI, DashScope, Gemini',
  ),
  word('key', /authenticat|unauthori[sz]ed|auth_?failure|invalid_?iam_?token/, 'Anthropic, Tencent, Qianfan'),
  word('key', /permission_?(?:denied|error)|access_?denied|unsupported_country/, 'Gemini, Anthropic, OpenAI'),
  text('key', /api[ _-]?key.{1,30}\b(?:not valid|invalid|expired|missing|incorrect)/, 'Gemini'),
  text(
    'key',
    /\b(?:invalid|incorrect|missing|expired)\b.{1,20}\b(?:api[ _-]?key|access token|subscription key)/,
    'OpenAI, Azure',
  ),
  text('key', /access token (?:is )?(?:invalid|expired)|authentication (?:failed|error)/, 'Qianfan, LiteLLM'),

  word(
    'refusal',
    /invalid|not_?found|unsupported|unprocessable|validation|bad_?request/,
    'OpenAI, vLLM, TGI',
  ),
];
