/** The counts that a server reports. */
export interface ReportedUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
}

/** The legal forms in which the same events can be written. */
export interface WireStyle {
  readonly lineEnd?: '\n' | '\r\n' | '\r';
  /** Without the space after `data:`. */
  readonly isTight?: boolean;
  /** A comment before every event. */
  readonly comment?: string;
  /** An event of this name, with data that is no chunk, before every event. */
  readonly foreignEvent?: string;
  /** The JSON on several `data:` lines. */
  readonly isMultiLine?: boolean;
  readonly hasByteOrderMark?: boolean;
  /** The body in pieces of so many bytes, each written by itself; absent: an event at a time. */
  readonly pieceBytes?: number;
}

const COMMON = {
  id: 'chatcmpl-test',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'test-model',
};

/** A `chat.completion.chunk` with one choice. */
export function chunk(delta: Record<string, unknown>, finishReason: string | null = null): object {
  return { ...COMMON, choices: [{ index: 0, delta, finish_reason: finishReason }] };
}

/** The chunk that carries nothing but counts. */
export function usageChunk(usage: ReportedUsage): object {
  return { ...COMMON, choices: [], usage: withTotal(usage) };
}

/** A complete `chat.completion`. */
export function completion(text: string, finishReason: string | null, usage?: ReportedUsage): object {
  return {
    ...COMMON,
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finishReason }],
    ...(usage && { usage: withTotal(usage) }),
  };
}

function withTotal(usage: ReportedUsage): object {
  return { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens };
}

/** One server-sent event. */
export function encodeEvent(payload: object | string, style: WireStyle = {}): string {
  const { lineEnd = '\n', isTight = false, isMultiLine = false, comment, foreignEvent } = style;
  const field = isTight ? 'data:' : 'data: ';
  const data =
    typeof payload === 'string' ? payload : JSON.stringify(payload, null, isMultiLine ? 1 : undefined);
  const lines = data.split('\n').map((line) => field + line);
  if (foreignEvent !== undefined) lines.unshift(`event: ${foreignEvent}`, `${field}{"foreign":true}`, '');
  if (comment !== undefined) lines.unshift(`: ${comment}`, '');
  return [...lines, '', ''].join(lineEnd);
}
