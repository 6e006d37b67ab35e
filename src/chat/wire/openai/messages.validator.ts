import { listFault, ValidatedBy } from '../../../common/api/fields.js';
import { describeJsonFault, isJsonObject } from '../../../common/text/storable-json.js';
import { COMPLETION_ROLES } from './message.dto.js';

/** What may have no content: a message with calls of tools, and the result of a tool that gives none. */
const MAY_BE_EMPTY: readonly unknown[] = ['assistant', 'tool', 'function'];

/** Of parts whose faults model servers answer with an error of theirs: the member that each must have. */
const MEMBER_OF_PART: ReadonlyMap<
  unknown,
  readonly [name: string, isRight: (value: unknown) => boolean, of: string]
> = new Map([
  ['text', ['text', isText, 'a string']],
  ['refusal', ['refusal', isText, 'a string']],
  ['image_url', ['image_url', isTextOr('url'), '{"url": …}']],
  ['audio_url', ['audio_url', isTextOr('url'), '{"url": …}']],
  ['video_url', ['video_url', isTextOr('url'), '{"url": …}']],
  ['input_audio', ['input_audio', isJsonObject, '{"data": …, "format": …}']],
  ['file', ['file', isJsonObject, 'an object']],
]);

/** Validates `messages` of the OpenAI API: their shape alone. Their number and their length are bounded by that of the body. */
export const IsOpenAiMessages = () => ValidatedBy(describeListFault, { minItems: 1 });

function describeListFault(value: unknown): string | null {
  if (!Array.isArray(value) || value.length === 0) return 'must be a list of one or more {role, content}';
  return listFault(value, { one: 'message', max: Infinity }, describeMessageFault);
}

function describeMessageFault(message: unknown): string | null {
  if (!isJsonObject(message)) return 'must be {role, content}';
  if (!COMPLETION_ROLES.includes(message['role'] as (typeof COMPLETION_ROLES)[number]))
    return `role must be one of ${COMPLETION_ROLES.join(', ')}`;
  return describeContentFault(message) ?? describeMembersFault(message) ?? describeJsonFault(message);
}

function describeContentFault({ role, content = null }: Record<string, unknown>): string | null {
  if (typeof content === 'string') return null;
  if (content === null && MAY_BE_EMPTY.includes(role)) return null;
  if (!Array.isArray(content)) return 'content must be a string or a list of parts';
  const fault = listFault(content, { one: 'part', max: Infinity }, describePartFault);
  return fault === null ? null : `content ${fault}`;
}

/** A part may be of any type: model servers have types of their own. vLLM takes texts, and parts without a type. */
function describePartFault(part: unknown): string | null {
  if (typeof part === 'string') return null;
  if (!isJsonObject(part)) return 'must be an object with a type, such as {"type": "text", "text": …}';
  const { type } = part;
  if (type !== undefined && typeof type !== 'string') return 'type must be a string';
  const [name, isRight, of] = MEMBER_OF_PART.get(type) ?? [];
  return name === undefined || isRight!(part[name]) ? null : `${name} must be ${of}`;
}

function describeMembersFault(message: Record<string, unknown>): string | null {
  const { name, tool_call_id: id, tool_calls: calls, function_call: call } = message;
  if (!isTextOrNothing(name)) return 'name must be a string';
  if (!isTextOrNothing(id)) return 'tool_call_id must be a string';
  if (!isNothing(call) && !isCall(call)) return 'function_call must be {"name": …, "arguments": …}';
  if (isNothing(calls)) return null;
  const fault = listFault(calls, { one: 'call', max: Infinity }, describeToolCallFault);
  return fault === null ? null : `tool_calls ${fault}`;
}

function describeToolCallFault(call: unknown): string | null {
  if (!isJsonObject(call)) return 'must be an object';
  const { id, type = 'function', function: called } = call;
  if (!isTextOrNothing(id)) return 'id must be a string';
  if (type !== 'function') return typeof type === 'string' ? null : 'type must be a string';
  return isCall(called) ? null : 'function must be {"name": …, "arguments": …}, both of them strings';
}

function isCall(value: unknown): boolean {
  return isJsonObject(value) && isText(value['name']) && isText(value['arguments']);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNothing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function isTextOrNothing(value: unknown): boolean {
  return isText(value) || isNothing(value);
}

function isTextOr(member: string) {
  return (value: unknown) => isText(value) || (isJsonObject(value) && isText(value[member]));
}
