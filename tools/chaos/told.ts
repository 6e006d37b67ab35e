import type { Exchange, Frame } from './history.js';

/** How a turn ended, for its caller. */
export interface ToldEnd {
  readonly status: 'completed' | 'cancelled' | 'failed';
  /** Of a turn that did not fail. */
  readonly finishReason?: string;
  /** Of a failed turn. */
  readonly errorCode?: string;
  readonly isRetryable?: boolean;
  /** How much of the text was stored: variant A, after the death of a process. */
  readonly storedChars?: number;
}

/** What a frame of either variant says. */
export interface ToldFrame {
  readonly turnId: string | null;
  /** null: it is no event of the turn. */
  readonly seq: number | null;
  readonly text: string;
  readonly action?: 'RETRYING' | 'BREAK';
  readonly end?: ToldEnd;
  /** The `[DONE]` of variant B. */
  readonly isDone: boolean;
}

interface FrameBody {
  readonly text?: string;
  readonly data?: string;
  readonly message_id?: string;
  readonly chat_id?: string;
  readonly action?: 'RETRYING' | 'BREAK';
  readonly finish_reason?: string;
  readonly stored_chars?: number;
  readonly error?: { readonly code: string; readonly retryable: boolean };
}

/** @throws SyntaxError for a frame that is neither JSON nor `[DONE]` */
export function readFrame({ id, data }: Frame): ToldFrame {
  const [idTurn, idSeq] = id.split(':');
  const place = { turnId: idTurn || null, seq: idSeq === undefined ? null : Number(idSeq) };
  if (data === '[DONE]') return { ...place, text: '', isDone: true };
  const body = JSON.parse(data) as FrameBody;
  const turnId = place.turnId ?? body.message_id ?? body.chat_id ?? null;
  const text = body.text ?? body.data ?? '';
  return { ...place, turnId, text, action: body.action, end: endOf(body), isDone: false };
}

function endOf({
  finish_reason: finishReason,
  error,
  stored_chars: storedChars,
}: FrameBody): ToldEnd | undefined {
  if (error) return { status: 'failed', errorCode: error.code, isRetryable: error.retryable, storedChars };
  if (finishReason === undefined) return undefined;
  return { status: finishReason === 'cancelled' ? 'cancelled' : 'completed', finishReason };
}

/** A complete answer of the conversation wire as JSON. */
export interface ToldAnswer {
  readonly turnId: string;
  readonly text: string;
  readonly finishReason: string;
}

/** null: the response was no answer. */
export function readAnswer({ status, answer, end, path }: Exchange): ToldAnswer | null {
  if (status !== 200 || answer === null || end !== 'clean' || !path.endsWith('/chat')) return null;
  const body = JSON.parse(answer) as { message_id: string; text: string; finish_reason: string };
  return { turnId: body.message_id, text: body.text, finishReason: body.finish_reason };
}

/** The code of a response that is problem JSON; null for any other, such as one of nginx's own. */
export function problemOf({ answer }: Exchange): { code: string; retryable: boolean } | null {
  try {
    const { code, retryable } = JSON.parse(answer ?? '') as { code?: unknown; retryable?: unknown };
    return typeof code === 'string' ? { code, retryable: retryable === true } : null;
  } catch {
    return null;
  }
}
