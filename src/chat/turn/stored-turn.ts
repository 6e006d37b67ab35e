import { AppError } from '../../common/errors/app-error.js';
import { ERROR_CODES, type ErrorCode } from '../../common/errors/error-codes.js';
import type { TurnEvent, TurnEventBody } from '../domain/turn-event.js';
import { replay } from '../domain/turn-replay.js';
import type { TurnEntity } from './turn.entity.js';

/** The events of an ended turn after `afterSeq`, made from its row. The terminal one always comes. */
export function replayOf(turn: TurnEntity, afterSeq: number): TurnEvent[] {
  const { answer, sources, outline, variant } = turn;
  const wasInterrupted = turn.errorCode === 'turn_interrupted';
  return replay(
    {
      answer,
      sources,
      outline,
      end: terminalEventOf(turn),
      mayHaveLostText: wasInterrupted && variant === 'qa',
    },
    afterSeq,
  );
}

/** What a reader of a turn is told whose row is gone: that it failed, and that nothing is stored of it. */
export function replayOfMissing({ variant }: TurnEntity, afterSeq: number): TurnEvent[] {
  const error = new AppError('turn_interrupted', 'The turn was deleted while it was answered.');
  const end: TurnEventBody = { type: 'turn.failed', error, storedChars: 0 };
  return replay({ answer: '', sources: [], outline: [], end, mayHaveLostText: variant === 'qa' }, afterSeq);
}

/** How an ended turn ended. */
export function terminalEventOf(turn: TurnEntity): TurnEventBody {
  const usage = { inputTokens: turn.inputTokens ?? 0, outputTokens: turn.outputTokens ?? 0 };
  if (turn.status === 'cancelled') return { type: 'turn.cancelled', usage };
  if (turn.status === 'failed') return toFailure(turn);
  const finishReason = turn.finishReason === 'cancelled' ? null : turn.finishReason;
  return { type: 'turn.completed', finishReason: finishReason ?? 'stop', usage };
}

function toFailure({ errorCode, errorDetail, answer }: TurnEntity): TurnEventBody {
  const code = isErrorCode(errorCode) ? errorCode : 'internal_error';
  const error = new AppError(code, errorDetail ?? ERROR_CODES[code].title);
  return { type: 'turn.failed', error, ...(code === 'turn_interrupted' && { storedChars: answer.length }) };
}

/** A code that an older release stored may be gone. */
function isErrorCode(code: string | null): code is ErrorCode {
  return code !== null && code in ERROR_CODES;
}
