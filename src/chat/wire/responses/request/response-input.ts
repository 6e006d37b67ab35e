import { invalidField } from '../../../../common/errors/app-error.js';
import type { ModelMessage } from '../../../../llm/completion.js';
import { asObject, isGiven, textIn, toChatName, toCustomArguments } from './response-tools.js';

type Item = Readonly<Record<string, unknown>>;
type Part = Readonly<Record<string, unknown>>;

interface ChatToolCall {
  readonly id: unknown;
  readonly type: 'function';
  readonly function: { readonly name: unknown; readonly arguments: unknown };
  readonly extra_content?: unknown;
}

/** An assistant message while items are added to it. */
interface AssistantMessage {
  role: 'assistant';
  content: unknown;
  tool_calls?: ChatToolCall[];
  reasoning_content?: string;
}

const ROLES: readonly unknown[] = ['user', 'assistant', 'system', 'developer'];

/**
 * The input of a request as messages of a chat completion. Text and calls of the assistant that follow each other are one
 * message, as a model server has them.
 * @param items their references are resolved
 * @throws AppError `validation_failed` that names the item
 */
export function toMessages(items: readonly unknown[]): ModelMessage[] {
  const messages: ModelMessage[] = [];
  let reasoning = '';
  for (const [index, value] of items.entries()) {
    const item = asObject(value);
    const pointer = `/input/${index}`;
    const type = item['type'] ?? 'message';
    if (type === 'reasoning') {
      reasoning += reasoningOf(item);
      continue;
    }
    const call = callOf(item);
    if (call) {
      addCall(messages, call, reasoning);
      reasoning = '';
      continue;
    }
    if (type === 'function_call_output' || type === 'custom_tool_call_output')
      messages.push(toToolMessage(item, pointer));
    else if (type === 'message') addMessage(messages, toMessage(item, pointer));
    else
      throw invalidField(
        pointer,
        `${describeType(type)}, which this service cannot give to a model: leave it out`,
      );
    // Models take their reasoning back between the calls of one answer, and nowhere else.
    if (type === 'message' && item['role'] !== 'assistant') reasoning = '';
  }
  return messages;
}

function describeType(type: unknown): string {
  return typeof type === 'string' && /^[a-z_]{1,40}$/.test(type)
    ? `is an item of type ${type}`
    : 'is an item of an unknown type';
}

function toMessage({ role, content }: Item, pointer: string): ModelMessage {
  if (!ROLES.includes(role)) throw invalidField(`${pointer}/role`, `must be one of ${ROLES.join(', ')}`);
  if (typeof content === 'string') return { role: String(role), content };
  if (!Array.isArray(content))
    throw invalidField(`${pointer}/content`, 'must be a string or a list of parts');
  const parts = content.map((part, index) => toPart(asObject(part), `${pointer}/content/${index}`));
  return { role: String(role), content: joined(parts, role === 'user' ? null : '') };
}

/** Texts alone are one text: model servers take parts of a user only. */
function joined(parts: readonly Part[], separator: string | null): unknown {
  const texts = parts.map(({ text }) => text);
  const isText = parts.every(({ type }) => type === 'text');
  if (isText && parts.length === 1) return texts[0];
  return isText && separator !== null ? texts.join(separator) : parts;
}

function toPart(part: Part, pointer: string): Part {
  switch (part['type']) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: textAt(part, 'text', pointer) };
    case 'refusal':
      return { type: 'text', text: textAt(part, 'refusal', pointer) };
    case 'input_image':
      return toImage(part, pointer);
    case 'input_file':
      return toFile(part, pointer);
    case 'input_audio':
      return { type: 'input_audio', input_audio: part['input_audio'] };
    case 'input_video':
      return { type: 'video_url', video_url: { url: textAt(part, 'video_url', pointer) } };
    default:
      throw invalidField(
        `${pointer}/type`,
        'must be input_text, input_image, input_file, input_audio or output_text',
      );
  }
}

function toImage(part: Part, pointer: string): Part {
  if (typeof part['image_url'] !== 'string')
    throw invalidField(`${pointer}/image_url`, 'must be a URL or a data: URL: this service keeps no files');
  const { image_url: url, detail } = part;
  return { type: 'image_url', image_url: typeof detail === 'string' ? { url, detail } : { url } };
}

function toFile(part: Part, pointer: string): Part {
  if (typeof part['file_data'] !== 'string')
    throw invalidField(
      `${pointer}/file_data`,
      'must be the data of the file: this service keeps and fetches no files',
    );
  const { file_data, filename } = part;
  return { type: 'file', file: typeof filename === 'string' ? { filename, file_data } : { file_data } };
}

function textAt(part: Part, name: string, pointer: string): string {
  const text = part[name];
  if (typeof text !== 'string') throw invalidField(`${pointer}/${name}`, 'must be a string');
  return text;
}

function toToolMessage({ call_id: tool_call_id, output }: Item, pointer: string): ModelMessage {
  return { role: 'tool', tool_call_id, content: toOutput(output, pointer) } as ModelMessage;
}

/** What a tool gave: a text, or parts. */
function toOutput(output: unknown, pointer: string): unknown {
  if (typeof output === 'string') return output;
  if (!Array.isArray(output)) return JSON.stringify(output ?? '');
  return joined(
    output.map((part, index) => toPart(asObject(part), `${pointer}/output/${index}`)),
    '\n',
  );
}

function callOf(item: Item): ChatToolCall | null {
  const { type, call_id: id, name, namespace, extra_content } = item;
  if (type !== 'function_call' && type !== 'custom_tool_call') return null;
  const json = type === 'function_call' ? item['arguments'] : toCustomArguments(textIn(item, 'input'));
  const chatName = toChatName(String(name), typeof namespace === 'string' ? namespace : undefined);
  const called = { name: chatName, arguments: json ?? '' };
  return { id, type: 'function', function: called, ...(isGiven(extra_content) && { extra_content }) };
}

/** A text of the assistant after its calls belongs before them: model servers want the outputs next. */
function addMessage(messages: ModelMessage[], message: ModelMessage): void {
  const last = messages.at(-1) as AssistantMessage | undefined;
  if (message.role === 'assistant' && last?.tool_calls && typeof message.content === 'string')
    last.content = `${(last.content as string | null) ?? ''}${message.content}`;
  else messages.push(message);
}

function addCall(messages: ModelMessage[], call: ChatToolCall, reasoning: string): void {
  const last = messages.at(-1) as AssistantMessage | undefined;
  const message: AssistantMessage = last?.role === 'assistant' ? last : { role: 'assistant', content: null };
  if (message !== last) messages.push(message);
  (message.tool_calls ??= []).push(call);
  if (reasoning !== '') message.reasoning_content = reasoning;
}

/** What a client gives back of reasoning, in whichever of its two places. */
function reasoningOf({ content, summary }: Item): string {
  const texts = (parts: unknown) => (Array.isArray(parts) ? parts.map((part) => textIn(part)).join('') : '');
  return texts(content) || texts(summary);
}

/**
 * Refuses results of calls that the model would not see: model servers refuse them, or answer without the question. A
 * conversation keeps texts, so that it does not have the calls.
 * @param previous the messages before the input
 * @param input the messages of the input
 * @throws AppError `validation_failed`
 */
export function refuseOrphans(previous: readonly ModelMessage[], input: readonly ModelMessage[]): void {
  const called = new Set([...previous, ...input].flatMap(callIdsOf));
  const orphan = input.find(({ role, ...rest }) => role === 'tool' && !called.has(callIdOf(rest)));
  if (orphan)
    throw invalidField(
      '/input',
      'has the output of a call that is not there: give the call as an item before it, or previous_response_id in place of conversation',
    );
}

function callIdsOf(message: ModelMessage): unknown[] {
  const { tool_calls: calls } = message as { readonly tool_calls?: unknown };
  return Array.isArray(calls) ? calls.map((call: { readonly id?: unknown }) => call.id) : [];
}

function callIdOf(message: object): unknown {
  return (message as { readonly tool_call_id?: unknown }).tool_call_id;
}
