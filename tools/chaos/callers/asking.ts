import { setTimeout as sleep } from 'node:timers/promises';
import type { Conclusion, Exchange, Frame, History, Question } from '../history.js';
import type { Random } from '../random.js';
import { TIMES } from '../settings.js';
import { problemOf, readAnswer, readFrame, type ToldEnd } from '../told.js';
import { exchangeWith, type Sending } from './exchange.js';

/** How often a caller asks again after a failure when a repetition may succeed. */
const MAX_REPETITIONS = 3;
/** Statuses below 500 at which a client comes back all the same. */
const PASSING_STATUSES = [408, 425, 429];

/** What all callers share. */
export interface Surroundings {
  readonly url: string;
  readonly history: History;
  /** Aborted when callers hang up and do not come back. */
  readonly givingUp: AbortSignal;
}

/**
 * One question, asked until its end is known: as a generated client does, the same body is sent again after a
 * drop, with the id of the last frame where there was one; else with the key.
 */
export class Asking {
  private turnId: string | null = null;
  private lastEventId: string | null = null;
  private end: ToldEnd | undefined;
  private hasEnded = false;
  private repetitions = 0;
  private failuresInARow = 0;
  private framesRead = 0;
  /** After how many frames the caller has heard enough; null: it wants it all. */
  private readonly stopsAfter: number | null;
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly question: Question,
    private readonly random: Random,
    private readonly around: Surroundings,
  ) {
    this.stopsAfter = random.chance(0.04) ? random.whole(1, 30) : null;
  }

  async ask(): Promise<void> {
    const { history } = this.around;
    history.add({ type: 'question', at: Date.now(), ...this.question });
    const echo = this.random.chance(0.1) ? this.echo() : undefined;
    const conclusion = await this.askUntilConcluded();
    await Promise.all([echo, this.stopping]);
    history.add({ type: 'conclusion', at: Date.now(), questionId: this.question.id, conclusion });
  }

  private async askUntilConcluded(): Promise<Conclusion> {
    const leavesForGood = this.random.chance(0.03);
    for (;;) {
      const exchange = await exchangeWith(this.around, this.next(), (frame) => this.note(frame));
      this.around.history.add({ type: 'exchange', ...exchange });
      const conclusion = this.conclude(exchange, leavesForGood);
      if (conclusion) return conclusion;
      if (this.around.givingUp.aborted) return 'stopped';
      await sleep(this.pauseAfter(exchange));
    }
  }

  private note(frame: Frame): void {
    const told = readFrame(frame);
    if (frame.id !== '') this.lastEventId = frame.id;
    if (told.turnId !== null) this.turnId = told.turnId;
    if (told.end) this.end = told.end;
    if (++this.framesRead === this.stopsAfter && this.turnId !== null) this.stopping = this.stop(this.turnId);
    // Variant B is over with its `[DONE]`; a drop between the two is a drop.
    if (told.isDone || (told.end && this.question.kind !== 'b-stream')) this.hasEnded = true;
  }

  /** Somebody clicked twice: the same question, with the same key, at about the same time. */
  private async echo(): Promise<void> {
    const { id: questionId, path, body, key, kind } = this.question;
    if (key === null) return;
    await sleep(this.random.between(0, 1_500));
    const asked = { questionId, path, body, key, lastEventId: null, wantsStream: kind !== 'a-json' };
    const sending: Sending = { ...asked, method: 'POST', isEcho: true };
    const exchange = await exchangeWith(this.around, sending, () => undefined);
    this.around.history.add({ type: 'exchange', ...exchange });
  }

  private async stop(turnId: string): Promise<void> {
    const path = `/api/chat/${turnId}/stop`;
    const asked = { questionId: this.question.id, key: null, lastEventId: null, wantsStream: false };
    const exchange = await exchangeWith(this.around, { ...asked, method: 'POST', path }, () => undefined);
    this.around.history.add({ type: 'exchange', ...exchange });
  }

  private next(): Sending {
    const { id: questionId, path, body, key, kind } = this.question;
    const wantsStream = kind !== 'a-json';
    const common = { questionId, wantsStream, leavesAfter: this.whenToLeave(wantsStream) };
    if (wantsStream && this.turnId !== null && this.follows()) {
      const stream = `/api/chat/${this.turnId}/stream`;
      return { ...common, method: 'GET', path: stream, key: null, lastEventId: this.lastEventId };
    }
    return { ...common, method: 'POST', path, body, key, lastEventId: this.lastEventId };
  }

  /** Whether the caller comes back by the turn's own address, and not by its question. */
  private follows(): boolean {
    const { kind, key } = this.question;
    if (this.lastEventId === null) return key === null;
    // The answer to a question on `/chat` has no ids: the caller would not know its place any more.
    return kind === 'a-plain-stream' || this.random.chance(0.2);
  }

  private whenToLeave(wantsStream: boolean): Sending['leavesAfter'] {
    if (!this.random.chance(0.25)) return undefined;
    if (!wantsStream || this.random.chance(0.3)) return { ms: this.random.between(0, 3_000) };
    return { frames: this.random.whole(1, 60) };
  }

  private conclude(exchange: Exchange, leavesForGood: boolean): Conclusion | null {
    const { status, end } = exchange;
    if (this.hasEnded) return this.afterEnd();
    if (readAnswer(exchange)) return 'ended';
    if (end === 'left' && leavesForGood) return 'left';
    const canComeBack = this.turnId !== null || this.question.key !== null;
    if (status === null || status === 200) {
      // No caller can know whether a lost question reached the service: some ask again all the same.
      return canComeBack || this.random.chance(0.5) ? null : 'unknown';
    }
    return this.afterRefusal(exchange, status);
  }

  /** A retryable failure has freed the key: asked again, it is another turn. */
  private afterEnd(): Conclusion | null {
    const isWorthRepeating = this.end?.isRetryable === true && this.question.key !== null;
    if (!isWorthRepeating || this.repetitions++ >= MAX_REPETITIONS) return 'ended';
    this.turnId = null;
    this.lastEventId = null;
    this.hasEnded = false;
    this.end = undefined;
    return null;
  }

  private afterRefusal(exchange: Exchange, status: number): Conclusion | null {
    const problem = problemOf(exchange);
    if (problem?.code === 'turn_in_progress') return null;
    if (status < 500 && !PASSING_STATUSES.includes(status)) return 'refused';
    // A JSON answer that failed for good: its turn is over, and its caller has the status.
    const isTurnsEnd = exchange.path.endsWith('/chat') && this.question.kind === 'a-json' && problem !== null;
    if (isTurnsEnd && !problem.retryable) return 'ended';
    if (isTurnsEnd && this.question.key === null && !isRefusedBefore(problem.code)) return 'ended';
    return null;
  }

  /** Full jitter, longer with each failure in a row; and now and then longer than the service waits for readers. */
  private pauseAfter({ end, frames, status }: Exchange): number {
    const isProgress = frames.length > 0;
    this.failuresInARow = isProgress ? 0 : this.failuresInARow + 1;
    if (end === 'left') {
      const isLong = this.random.chance(0.08);
      return isLong ? TIMES.disconnectGraceMs + 1_000 : this.random.between(0, 2_000);
    }
    const limit = Math.min(2_000, 200 * 2 ** this.failuresInARow);
    return this.random.between((status ?? 0) >= 400 ? 200 : 20, limit);
  }
}

/** Problems that come before a turn is accepted. */
function isRefusedBefore(code: string): boolean {
  return code === 'shutting_down' || code === 'database_unavailable' || code === 'too_many_requests';
}
