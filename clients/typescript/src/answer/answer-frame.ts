import type {
  ChatStreamResponses,
  FinishReason,
  Problem,
  QaChatResponses,
  SourceDoc,
  Usage,
} from '../generated/types.js';

/** What a frame of either variant says of its answer. */
export type FrameContent =
  | { readonly type: 'started'; readonly chatId: string; readonly conversationId?: string }
  | { readonly type: 'sources'; readonly sources: readonly SourceDoc[] }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly reasoning: string }
  | { readonly type: 'retrying' }
  | { readonly type: 'break' }
  | { readonly type: 'ended'; readonly finishReason: FinishReason; readonly usage: Usage }
  | { readonly type: 'failed'; readonly problem: Problem; readonly storedChars?: number };

type Frame = ChatStreamResponses[200] | Exclude<QaChatResponses[200], '[DONE]'>;

/**
 * The content of a frame's `data:`; null for a frame without content: a heartbeat, `[DONE]`, and frames that only
 * later versions of the service know.
 * @throws SyntaxError when it is no JSON object
 */
export function decodeFrame(data: string): FrameContent | null {
  if (data === '[DONE]') return null;
  const frame: unknown = JSON.parse(data);
  if (typeof frame !== 'object' || frame === null) throw new SyntaxError('A frame is no JSON object');
  return decodeEnd(frame as Frame) ?? decodeStart(frame as Frame) ?? decodeText(frame as Frame);
}

function decodeEnd(frame: Frame): FrameContent | null {
  if ('error' in frame) {
    const storedChars = 'stored_chars' in frame ? frame.stored_chars : undefined;
    return { type: 'failed', problem: frame.error, ...(storedChars !== undefined && { storedChars }) };
  }
  if ('finish_reason' in frame)
    return { type: 'ended', finishReason: frame.finish_reason, usage: frame.usage };
  return null;
}

function decodeStart(frame: Frame): FrameContent | null {
  if ('sourceDocs' in frame) return { type: 'sources', sources: frame.sourceDocs };
  if ('conversation_id' in frame)
    return { type: 'started', chatId: frame.message_id, conversationId: frame.conversation_id };
  if ('chat_id' in frame) return { type: 'started', chatId: frame.chat_id };
  return null;
}

function decodeText(frame: Frame): FrameContent | null {
  if ('action' in frame) {
    if (frame.action === 'RETRYING') return { type: 'retrying' };
    return frame.action === 'BREAK' ? { type: 'break' } : null;
  }
  if ('reasoning' in frame && typeof frame.reasoning === 'string' && frame.reasoning !== '')
    return { type: 'reasoning', reasoning: frame.reasoning };
  const text = 'text' in frame ? frame.text : 'data' in frame ? frame.data : undefined;
  return typeof text === 'string' && text !== '' ? { type: 'text', text } : null;
}
