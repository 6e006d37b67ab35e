import type { ExtraContent } from '../../completion.js';

/** What one entry of `tool_calls` says; which call it belongs to is not decided yet. `''`: the entry has none. */
export interface CallPiece {
  /** The server's number of the call; absent: it gives none. */
  readonly index?: number;
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
  readonly extraContent?: ExtraContent;
}

interface RawFunction {
  readonly name?: unknown;
  readonly arguments?: unknown;
}

interface RawToolCall extends RawFunction {
  readonly index?: unknown;
  readonly id?: unknown;
  /** Absent: some gateways leave its members beside `id`. */
  readonly function?: RawFunction | null;
  readonly extra_content?: unknown;
}

/** The `tool_calls` of a delta or a message, and `function_call`, their form of before, without entries that say nothing. */
export function decodeToolCalls(calls: unknown, functionCall: unknown): CallPiece[] {
  const entries = Array.isArray(calls) ? (calls as unknown[]) : [];
  // Gateways that give both say the same in both.
  const all = entries.length === 0 && isObject(functionCall) ? [{ function: functionCall }] : entries;
  return all.flatMap((entry) => (isObject(entry) ? decodeToolCall(entry) : []));
}

function decodeToolCall(call: RawToolCall): CallPiece[] {
  const { index, id, function: called, extra_content: extra } = call;
  const { name, arguments: given } = called ?? call;
  const piece: CallPiece = {
    index: typeof index === 'number' ? index : undefined,
    id: textOf(id),
    name: textOf(name),
    // Servers that make a call at once give its arguments as an object, too.
    arguments: isObject(given) ? JSON.stringify(given) : textOf(given),
    extraContent: isObject(extra) ? (extra as ExtraContent) : undefined,
  };
  const says = piece.id !== '' || piece.name !== '' || piece.arguments !== '' || piece.extraContent;
  return says ? [piece] : [];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
