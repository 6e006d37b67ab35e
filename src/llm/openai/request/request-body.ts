import type { TargetConfig } from '../../../config/app-config.js';
import type { ModelMessage } from '../../completion.js';
import type { ChatRequest } from './chat-request.js';
import { withSystemRole } from './system-role.js';

/** Names of parameters that a server does not take, as they are sent. */
export type RefusedNames = ReadonlySet<string>;

/** The two names of the longest answer, in tokens: OpenAI's newer models take the second one only. */
export const TOKEN_LIMITS: readonly string[] = ['max_tokens', 'max_completion_tokens'];

/** Whether an answer is asked for as a stream. */
export function asksForStream({ stream }: TargetConfig, refused: RefusedNames): boolean {
  return stream !== false && !refused.has('stream');
}

/** The body of a request, without what the server does not take, and with what the target's settings say. */
export function toRequestBody(
  target: TargetConfig,
  request: ChatRequest,
  refused: RefusedNames,
): Record<string, unknown> {
  const { temperature, maxTokens, parameters, prefill } = request;
  return {
    ...toSentNames({ ...parameters, temperature }, target, refused),
    ...toTokenLimit(maxTokens, target, refused),
    // vLLM's own: without both it would begin a new message instead of ending this one.
    ...(prefill === 'vllm' && { continue_final_message: true, add_generation_prompt: false }),
    ...toStreamOptions(target, refused),
    ...target.extraBody,
    model: target.model,
    messages: toMessages(target, request),
    ...(!refused.has('stream') && { stream: asksForStream(target, refused) }),
  };
}

/** Each message goes out with all its members. */
function toMessages(
  { systemRole }: TargetConfig,
  { messages, prefill }: ChatRequest,
): readonly ModelMessage[] {
  const sent = withSystemRole(messages, systemRole);
  if (prefill !== 'deepseek') return sent;
  // DeepSeek's beta: https://api-docs.deepseek.com/guides/chat_prefix_completion
  return sent.map((message, index) => (index === sent.length - 1 ? { ...message, prefix: true } : message));
}

function toStreamOptions(target: TargetConfig, refused: RefusedNames): object {
  const isWanted = target.streamOptions !== false && asksForStream(target, refused);
  return isWanted && !refused.has('stream_options') ? { stream_options: { include_usage: true } } : {};
}

function toSentNames(
  parameters: Readonly<Record<string, unknown>>,
  { parameters: settings = {} }: TargetConfig,
  refused: RefusedNames,
): Record<string, unknown> {
  const sent: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const sentName = Object.hasOwn(settings, name) ? settings[name]! : name;
    if (value !== undefined && sentName !== null && !refused.has(sentName)) sent[sentName] = value;
  }
  return sent;
}

/** Under the name of the settings, or under the first name that the server has not refused. */
function toTokenLimit(
  maxTokens: number | undefined,
  { parameters: settings = {} }: TargetConfig,
  refused: RefusedNames,
): Record<string, number> {
  const configured = settings['max_tokens'];
  if (maxTokens === undefined || configured === null) return {};
  const names = configured === undefined ? TOKEN_LIMITS : [configured, ...TOKEN_LIMITS];
  const name = names.find((one) => !refused.has(one));
  return name === undefined ? {} : { [name]: maxTokens };
}
