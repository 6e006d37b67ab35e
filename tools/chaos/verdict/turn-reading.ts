import type { Exchange } from '../history.js';
import { readAnswer, readFrame, type ToldEnd, type ToldFrame } from '../told.js';

/** What a caller has of one turn, folded over all connections that it read it through. */
export interface TurnReading {
  readonly turnId: string;
  /** Text before a BREAK: the caller's for good. */
  readonly committed: string;
  readonly open: string;
  /** Every end that the caller got, connection by connection. */
  readonly ends: readonly ToldEnd[];
  /** Frames that came where they had no business. */
  readonly repetitions: readonly string[];
}

interface Building {
  turnId: string;
  committed: string;
  open: string;
  ends: ToldEnd[];
  repetitions: string[];
}

/** Folds what a caller read, as the wire page says: drop on RETRYING, keep across BREAK, go on after a resume. */
export function readTurns(exchanges: readonly Exchange[]): TurnReading[] {
  const turns = new Map<string, Building>();
  for (const exchange of exchanges) {
    const answer = readAnswer(exchange);
    if (answer) {
      const turn = begin(turns, answer.turnId);
      turn.open = answer.text;
      const status = answer.finishReason === 'cancelled' ? 'cancelled' : 'completed';
      turn.ends.push({ status, finishReason: answer.finishReason });
    } else if (exchange.frames.length > 0) {
      new StreamReading(turns, exchange).read();
    }
  }
  return [...turns.values()];
}

function begin(turns: Map<string, Building>, turnId: string): Building {
  const known = turns.get(turnId);
  if (known) {
    // Without the id of a last frame the turn is read from its beginning.
    known.committed = '';
    known.open = '';
    return known;
  }
  const turn = { turnId, committed: '', open: '', ends: [], repetitions: [] };
  turns.set(turnId, turn);
  return turn;
}

class StreamReading {
  private turn: Building | undefined;
  private lastSeq: number;
  private hasEnded = false;

  constructor(
    private readonly turns: Map<string, Building>,
    private readonly exchange: Exchange,
  ) {
    const [turnId = '', seq = '0'] = exchange.lastEventId?.split(':') ?? [];
    this.turn = turns.get(turnId);
    this.lastSeq = Number(seq);
  }

  read(): void {
    for (const frame of this.exchange.frames) this.take(readFrame(frame));
  }

  private take(told: ToldFrame): void {
    const turn = this.turnOf(told);
    if (!turn) return;
    if (this.hasEnded && !told.isDone) turn.repetitions.push(`a frame after the end: seq ${told.seq}`);
    if (told.isDone && !this.hasEnded) turn.repetitions.push('[DONE] without an end before it');
    this.checkSeq(turn, told);
    if (told.action === 'RETRYING') turn.open = '';
    if (told.action === 'BREAK') [turn.committed, turn.open] = [turn.committed + turn.open, ''];
    turn.open += told.text;
    if (!told.end) return;
    this.hasEnded = true;
    turn.ends.push(told.end);
  }

  private turnOf({ turnId }: ToldFrame): Building | undefined {
    if (turnId === null || turnId === this.turn?.turnId) return this.turn;
    if (this.turn) this.turn.repetitions.push(`a frame of another turn, ${turnId}`);
    this.turn = this.exchange.lastEventId === null ? begin(this.turns, turnId) : undefined;
    return this.turn;
  }

  /**
   * Numbers rise. After a death the text that was never stored is voided, and the numbers go on from what was
   * stored; an end comes whatever the caller has.
   */
  private checkSeq(turn: Building, { seq, action, end, isDone }: ToldFrame): void {
    if (seq === null) return;
    const mayGoBack = action === 'RETRYING' || end !== undefined || isDone;
    if (seq <= this.lastSeq && !mayGoBack) turn.repetitions.push(`seq ${seq} after ${this.lastSeq}`);
    this.lastSeq = seq;
  }
}
