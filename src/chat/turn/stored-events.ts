import { Inject, Injectable } from '@nestjs/common';
import { AppError } from '../../common/errors/app-error.js';
import { ERROR_CODES, type ErrorCode } from '../../common/errors/error-codes.js';
import type { TurnEvent, TurnEventBody } from '../domain/turn-event.js';
import { replay } from '../domain/turn-replay.js';
import { WIRE_TRAITS, type WireTraits } from '../domain/wire-traits.js';
import { EventLogRepository } from './event-log.repository.js';
import type { TurnEntity } from './turn.entity.js';

/** The events of turns as they are stored: in the log while a turn runs, in its row after its end. */
@Injectable()
export class StoredEvents {
  constructor(
    private readonly log: EventLogRepository,
    @Inject(WIRE_TRAITS) private readonly wires: readonly WireTraits[],
  ) {}

  /** The events of a running turn after `afterSeq`, as far as its owner has stored them. */
  ofRunning(turnId: string, afterSeq: number): Promise<TurnEvent[]> {
    return this.log.listAfter(turnId, afterSeq);
  }

  /** The events of an ended turn after `afterSeq`, made from its row. The terminal one always comes. */
  ofEnded(turn: TurnEntity, afterSeq: number): TurnEvent[] {
    const { answer, reasoning, toolCalls, sources, layout } = turn;
    const mayHaveLostText = turn.errorCode === 'turn_interrupted' && this.canVoid(turn);
    const end = terminalEventOf(turn);
    return replay({ answer, reasoning, toolCalls, sources, layout, end, mayHaveLostText }, afterSeq);
  }

  /** The events for a reader of a turn whose row is gone: the turn failed, and nothing is stored of it. */
  ofDeleted(turn: TurnEntity, afterSeq: number): TurnEvent[] {
    const error = new AppError('turn_interrupted', 'The turn was deleted while it was answered.');
    const end: TurnEventBody = { type: 'turn.failed', error, storedChars: 0 };
    const mayHaveLostText = this.canVoid(turn);
    const nothing = { answer: '', reasoning: '', toolCalls: [], sources: [], layout: [] };
    return replay({ ...nothing, end, mayHaveLostText }, afterSeq);
  }

  /** Of a wire that another release had, nothing is known: its readers are not asked to drop text. */
  private canVoid({ variant }: TurnEntity): boolean {
    return this.wires.find(({ name }) => name === variant)?.canVoid ?? false;
  }
}

/** How an ended turn ended. */
function terminalEventOf(turn: TurnEntity): TurnEventBody {
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
