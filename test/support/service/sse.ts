import { EventSourceParserStream, type EventSourceMessage } from 'eventsource-parser/stream';

/** A stream being read: frames can be waited for one by one, and all that is left at once. */
export interface OpenStream {
  readonly response: Response;
  /** The next event; null after the last. */
  next(): Promise<EventSourceMessage | null>;
  /** Everything up to the end. */
  rest(): Promise<EventSourceMessage[]>;
}

/** Reads a response as server-sent events, by a parser that is not ours. */
export function readSse(response: Response): OpenStream {
  if (!response.body) throw new Error('The response has no body');
  const reader = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ onError: 'terminate' }))
    .getReader();
  const next = async () => (await reader.read()).value ?? null;
  const rest = async () => {
    const events: EventSourceMessage[] = [];
    for (let event = await next(); event; event = await next()) events.push(event);
    return events;
  };
  return { response, next, rest };
}

/** The frames of a complete answer: JSON parsed, and `[DONE]` as it is. */
export async function readFrames(response: Response): Promise<Frame[]> {
  const events = await readSse(response).rest();
  return events.map(({ data }) => (data === '[DONE]' ? { done: true } : (JSON.parse(data) as Frame)));
}

/** A frame of either variant. */
export interface Frame {
  readonly text?: string;
  readonly reasoning?: string;
  readonly message_id?: string;
  readonly conversation_id?: string;
  readonly data?: string;
  readonly chat_id?: string;
  readonly sourceDocs?: { pageContent: string; metadata: { source: string } & Record<string, unknown> }[];
  readonly action?: 'RETRYING' | 'BREAK';
  readonly finish_reason?: string;
  readonly usage?: { input_tokens: number; output_tokens: number };
  readonly code?: number;
  readonly msg?: string;
  readonly error?: { status: number; code: string; detail: string; retryable: boolean };
  readonly stored_chars?: number;
  readonly done?: true;
}

/** The text that a reader ends up with: drop on RETRYING, keep across BREAK. */
export function foldFrames(frames: readonly Frame[]): string {
  return fold(frames, ({ text, data }) => text ?? data ?? '');
}

/** The reasoning that a reader ends up with, by the same rules. */
export function foldReasoningFrames(frames: readonly Frame[]): string {
  return fold(frames, ({ reasoning = '' }) => reasoning);
}

function fold(frames: readonly Frame[], textOf: (frame: Frame) => string): string {
  let committed = '';
  let open = '';
  for (const frame of frames) {
    if (frame.action === 'RETRYING') open = '';
    else if (frame.action === 'BREAK') [committed, open] = [committed + open, ''];
    else open += textOf(frame);
  }
  return committed + open;
}
