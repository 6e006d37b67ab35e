import type { ToolCallDelta } from '../../completion.js';

/** Calls with a number that no sound server gives are left out: each number is remembered. */
const MAX_TOOL_CALLS = 128;

interface RawToolCall {
  readonly index?: unknown;
  readonly id?: unknown;
  readonly function?: { readonly name?: unknown; readonly arguments?: unknown } | null;
}

/** The `tool_calls` of a delta or a message. Of a message, calls have no numbers: they are numbered by their place. */
export function decodeToolCalls(calls: unknown): ToolCallDelta[] {
  if (!Array.isArray(calls)) return [];
  return (calls as (RawToolCall | null)[])
    .slice(0, MAX_TOOL_CALLS)
    .flatMap((call, place) => decodeToolCall(call ?? {}, place));
}

function decodeToolCall(call: RawToolCall, place: number): ToolCallDelta[] {
  const { index = place, id, function: called } = call;
  const { name, arguments: json } = called ?? {};
  if (!isNumber(index)) return [];
  return [
    {
      type: 'tool_call.delta',
      index,
      id: isText(id) ? id : undefined,
      name: isText(name) ? name : undefined,
      arguments: isText(json) ? json : '',
    },
  ];
}

function isNumber(index: unknown): index is number {
  return Number.isInteger(index) && (index as number) >= 0 && (index as number) < MAX_TOOL_CALLS;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
