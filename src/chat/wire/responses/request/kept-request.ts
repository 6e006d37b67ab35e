import { toStorableJson } from '../../../../common/text/storable-json.js';
import type { ResponseObjectDto } from '../response.dto.js';
import type { ResponseRequestDto } from './request.dto.js';
import { asObject, isGiven, toEchoedTools } from './response-tools.js';

/**
 * What a response repeats of its request, and the turn keeps for that: the members of the body that were given. The core
 * stores it and never reads it.
 */
export type KeptRequest = Readonly<Record<string, unknown>>;

type Echo = Omit<
  ResponseObjectDto,
  | 'id'
  | 'object'
  | 'created_at'
  | 'completed_at'
  | 'status'
  | 'incomplete_details'
  | 'model'
  | 'output'
  | 'error'
  | 'usage'
>;

const KEPT = [
  'previous_response_id',
  'instructions',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'top_p',
  'presence_penalty',
  'frequency_penalty',
  'temperature',
  'reasoning',
  'max_output_tokens',
  'max_tool_calls',
  'store',
  'service_tier',
  'metadata',
  'safety_identifier',
  'prompt_cache_key',
] as const;

/** What of a request is kept. */
export function toKeptRequest(body: ResponseRequestDto): KeptRequest {
  const given = KEPT.map((name) => [name, body[name]] as const).filter(([, value]) => isGiven(value));
  return toStorableJson(Object.fromEntries(given));
}

/** Whether a message's content is the instructions of its request, which are kept with U+FFFD for NUL. */
export function areInstructions(content: unknown, { instructions }: KeptRequest): boolean {
  return typeof instructions === 'string' && toStorableJson(content) === instructions;
}

/** Whether the response can be read again, and be gone on from. */
export function isKept({ store }: KeptRequest): boolean {
  return store !== false;
}

/** What a response says of its request, with the values that hold where the request gave none. */
export function toEcho(kept: KeptRequest, conversationId?: string): Echo {
  const orNull = <Value>(name: string) => (kept[name] as Value | undefined) ?? null;
  const orElse = <Value>(name: string, otherwise: Value) => (kept[name] as Value | undefined) ?? otherwise;
  return {
    previous_response_id: orNull('previous_response_id'),
    instructions: orNull('instructions'),
    tools: toEchoedTools(orElse<unknown[]>('tools', [])),
    tool_choice: orElse('tool_choice', 'auto'),
    truncation: 'disabled',
    parallel_tool_calls: orElse('parallel_tool_calls', true),
    text: toEchoedText(asObject(kept['text'])),
    top_p: orElse('top_p', 1),
    presence_penalty: orElse('presence_penalty', 0),
    frequency_penalty: orElse('frequency_penalty', 0),
    top_logprobs: 0,
    temperature: orElse('temperature', 1),
    reasoning: toEchoedReasoning(kept['reasoning']),
    max_output_tokens: orNull('max_output_tokens'),
    max_tool_calls: orNull('max_tool_calls'),
    store: isKept(kept),
    background: false,
    service_tier: orElse('service_tier', 'default'),
    metadata: orElse('metadata', {}),
    safety_identifier: orNull('safety_identifier'),
    prompt_cache_key: orNull('prompt_cache_key'),
    conversation: conversationId === undefined ? null : { id: conversationId },
  };
}

/** The models of the Open Responses specification take no schema here but null. */
function toEchoedText({ format, verbosity }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { type = 'text', name = 'response', description = null, strict = false } = asObject(format);
  const echoed = type === 'json_schema' ? { type, name, description, schema: null, strict } : { type };
  return { format: echoed, ...(isGiven(verbosity) && { verbosity }) };
}

function toEchoedReasoning(reasoning: unknown): Record<string, unknown> | null {
  if (!isGiven(reasoning)) return null;
  const { effort = null, summary = null } = asObject(reasoning);
  return { effort, summary };
}
