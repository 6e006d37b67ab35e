import type { FrameContent } from './answer-frame.js';
import type { FinishReason, SourceDoc, Usage } from '../generated/types.js';

/** What there is of an answer. */
export interface PartialAnswer {
  /** The answer, for `stop`, `feedback`, `receipt` and `follow`; absent: the question was not accepted, as far as is known. */
  readonly chatId?: string;
  /** Of variant A. */
  readonly conversationId?: string;
  /** The kept text: nothing of it was retracted. */
  readonly text: string;
  /** The same in its pieces: each BREAK of variant B begins a new one. None is empty. */
  readonly messages: readonly string[];
  /** What the model thought, where that was asked for: nothing of it was retracted. `''`: nothing of that came. */
  readonly reasoning: string;
  /** Of variant B: the passages that the answer may draw on. */
  readonly sources: readonly SourceDoc[];
}

/** A complete answer: what the service has stored of it. */
export interface Answer extends PartialAnswer {
  readonly chatId: string;
  /** `cancelled`: it was stopped, and the text is what there was of it. */
  readonly finishReason: FinishReason;
  readonly usage: Usage;
}

/** An answer as far as its frames have been read. */
export interface AnswerFold {
  readonly chatId?: string;
  readonly conversationId?: string;
  readonly sources: readonly SourceDoc[];
  /** The pieces before the last BREAK: nothing voids them. */
  readonly kept: readonly string[];
  /** What came since: RETRYING voids it. */
  readonly open: string;
  /** The reasoning before the last BREAK, and since. */
  readonly keptReasoning: string;
  readonly openReasoning: string;
}

export const NOTHING_YET: AnswerFold = {
  sources: [],
  kept: [],
  open: '',
  keptReasoning: '',
  openReasoning: '',
};

/** The fold with one frame more. */
export function foldFrame(fold: AnswerFold, frame: FrameContent): AnswerFold {
  switch (frame.type) {
    case 'started': {
      const { chatId, conversationId } = frame;
      return { ...fold, chatId, ...(conversationId !== undefined && { conversationId }) };
    }
    case 'sources':
      return { ...fold, sources: frame.sources };
    case 'text':
      return { ...fold, open: fold.open + frame.text };
    case 'reasoning':
      return { ...fold, openReasoning: fold.openReasoning + frame.reasoning };
    case 'retrying':
      return { ...fold, open: '', openReasoning: '' };
    case 'break':
      return {
        ...fold,
        kept: piecesOf(fold),
        open: '',
        keptReasoning: reasoningOf(fold),
        openReasoning: '',
      };
    case 'ended':
    case 'failed':
      return fold;
  }
}

/** What the fold amounts to. */
export function toPartialAnswer(fold: AnswerFold): PartialAnswer {
  const { chatId, conversationId, sources } = fold;
  const messages = piecesOf(fold);
  return {
    ...(chatId !== undefined && { chatId }),
    ...(conversationId !== undefined && { conversationId }),
    text: messages.join(''),
    messages,
    reasoning: reasoningOf(fold),
    sources,
  };
}

/**
 * The fold of an answer that has ended.
 * @throws SyntaxError when it has no beginning: its first frame names it
 */
export function toAnswer(fold: AnswerFold, end: Pick<Answer, 'finishReason' | 'usage'>): Answer {
  const { chatId } = fold;
  if (chatId === undefined) throw new SyntaxError('The answer ended before it began');
  const { finishReason, usage } = end;
  return { ...toPartialAnswer(fold), chatId, finishReason, usage };
}

function reasoningOf({ keptReasoning, openReasoning }: AnswerFold): string {
  return keptReasoning + openReasoning;
}

function piecesOf({ kept, open }: AnswerFold): readonly string[] {
  return open === '' ? kept : [...kept, open];
}
