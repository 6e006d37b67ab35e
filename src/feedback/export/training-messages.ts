import type { TurnTranscript } from '../../chat/reading/turn-views.js';

type ToolCall = TurnTranscript['toolCalls'][number];
type ModelMessage = TurnTranscript['prompt'][number];

/** Whose format training data has: OpenAI's, or that of Hugging Face's TRL. */
// eslint-disable-next-line no-restricted-syntax -- a format of training data, not a wire
export type TrainingFormat = 'openai' | 'trl';

/** A call in training data. TRL's has no id, and its arguments are an object. */
export interface TrainingToolCall {
  readonly id?: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string | object };
}

export interface TrainingMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  /** Empty: the message is calls alone. */
  readonly content: string;
  readonly tool_calls?: readonly TrainingToolCall[];
  /** Of a result, in OpenAI's format: the call that it answers; in TRL's, the name of the tool. */
  readonly tool_call_id?: string;
  readonly name?: string;
  /** 0: a model is not to learn it, only to know it. */
  readonly weight?: 0;
}

const ROLES: ReadonlyMap<string, TrainingMessage['role']> = new Map([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['tool', 'tool'],
]);

/** The messages in a format, each with its members in one order. Of a content in parts, the texts. */
export function toTrainingMessages(
  messages: readonly ModelMessage[],
  format: TrainingFormat,
): TrainingMessage[] {
  const names = new Map<string, string>();
  return messages.map((message) => {
    const role = ROLES.get(message.role) ?? 'assistant';
    const calls = role === 'assistant' ? callsOf(message) : [];
    for (const { id, name } of calls) names.set(id, name);
    const content = textOfContent(message.content);
    return role === 'tool'
      ? toResult(message, { content, names, format })
      : said(role, content, calls, format);
  });
}

/** An answer: its text, and its calls. */
export function toAnswer(
  content: string,
  calls: readonly ToolCall[],
  format: TrainingFormat,
): TrainingMessage {
  return said('assistant', content, calls, format);
}

function said(
  ...[role, content, calls, format]: [TrainingMessage['role'], string, readonly ToolCall[], TrainingFormat]
): TrainingMessage {
  if (calls.length === 0) return { role, content };
  const tool_calls = calls.map((call) => toCall(call, format));
  return { role, content, tool_calls };
}

function toCall({ id, name, arguments: json }: ToolCall, format: TrainingFormat): TrainingToolCall {
  const isTrl = format === 'trl';
  const called = { name, arguments: isTrl ? toObject(json) : json };
  return isTrl ? { type: 'function', function: called } : { id, type: 'function', function: called };
}

/** JSON that is no object stays as the model wrote it. No text at all is how some servers call a tool without arguments. */
function toObject(json: string): string | object {
  if (json.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : json;
  } catch {
    return json;
  }
}

interface Result {
  readonly content: string;
  readonly names: ReadonlyMap<string, string>;
  readonly format: TrainingFormat;
}

function toResult(message: ModelMessage, { content, names, format }: Result): TrainingMessage {
  const { tool_call_id: given, name: named } = message as { tool_call_id?: unknown; name?: unknown };
  const id = typeof given === 'string' ? given : '';
  const name = typeof named === 'string' ? named : names.get(id);
  return format === 'trl' ? { role: 'tool', name, content } : { role: 'tool', tool_call_id: id, content };
}

interface RawCall {
  readonly id?: unknown;
  readonly function?: { readonly name?: unknown; readonly arguments?: unknown } | null;
}

function callsOf(message: ModelMessage): ToolCall[] {
  const { tool_calls: calls } = message as { tool_calls?: unknown };
  if (!Array.isArray(calls)) return [];
  return (calls as (RawCall | null)[]).map((call) => ({
    id: textOf(call?.id),
    name: textOf(call?.function?.name),
    arguments: textOf(call?.function?.arguments),
  }));
}

function textOfContent(content: unknown): string {
  if (!Array.isArray(content)) return textOf(content);
  return content.map((part: { text?: unknown } | null) => textOf(part?.text)).join('');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
