import fc from 'fast-check';
import { concat, defer, from, Observable, throwError } from 'rxjs';
import { textToContinue } from '../../../test/support/model/model-server.answers.js';
import {
  failure,
  FINISH,
  notingToken,
  ScriptedAttempts,
} from '../../../test/support/model/scripted-attempts.js';
import type { AppError } from '../../common/errors/app-error.js';
import type { ContinuationConfig } from '../../config/app-config.js';
import type { CompletionEvent } from '../completion.js';
import type { ModelFailure } from '../model-failure.js';
import type { Attempt$, AttemptEvent } from '../openai/attempt-event.js';
import type { ChatRequest } from '../openai/request/chat-request.js';
import { runs } from '../../../test/property/runs.js';

/** What the model has in mind. No 16 characters of it are there twice, so that a repetition is one. */
const ANSWER = Array.from({ length: 60 }, (_, index) => `w${index} `).join('');

/** How one attempt behaves: it says so much, then comes to its end. */
interface Fate {
  readonly chars: number;
  readonly deltaChars: number;
  /** Of what it is to continue, it says so much again; less than 16 would not be recognised. */
  readonly repeatedChars: number;
  /** So many connects find its server away before it behaves so. */
  readonly refusedConnects: number;
  /** null: it answers. */
  readonly fault: ModelFailure | null;
  readonly lastsMs: number;
}

const fate: fc.Arbitrary<Fate> = fc.record({
  chars: fc.oneof(fc.constant(0), fc.nat({ max: 300 })),
  deltaChars: fc.integer({ min: 1, max: 40 }),
  repeatedChars: fc.oneof(fc.constant(0), fc.integer({ min: 16, max: 300 })),
  refusedConnects: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 40 })),
  fault: fc.option(
    fc
      .record({
        isAway: fc.boolean(),
        isElsewhereOnly: fc.nat({ max: 5 }).map((die) => die === 0),
        isRetriable: fc.nat({ max: 4 }).map((die) => die > 0),
        isOutage: fc.boolean(),
        retryAfterSeconds: fc.option(fc.nat({ max: 40 }), { nil: undefined }),
      })
      .map(failure),
  ),
  lastsMs: fc.nat({ max: 20_000 }),
});

const continuation = fc.constantFrom<ContinuationConfig>(
  { mode: 'instruct' },
  { mode: 'prefill', flags: 'none' },
);

const schedule = fc.record({
  fates: fc.array(fate, { minLength: 5, maxLength: 5 }),
  targetCount: fc.integer({ min: 1, max: 3 }),
  maxRetries: fc.nat({ max: 4 }),
  totalTimeoutMs: fc.oneof(fc.integer({ min: 1, max: 60_000 }), fc.constant(300_000)),
  /** Whether the servers have answered before: then they are waited for. */
  isKnown: fc.boolean(),
  /** After so many milliseconds the reader leaves; null: never. */
  leavesAfterMs: fc.option(fc.nat({ max: 60_000 }), { freq: 4 }),
  chance: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  continuation,
  /** The share of a failed attempt that the reader keeps: all (the Conversation API), or the committed text (the QA API). */
  keptShare: fc.oneof(fc.constant(1), fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })),
});

type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never;

/** As many connects as the pauses of a wait of a minute leave room for, in each of the attempts of an answer. */
const MAX_CONNECTS_IN_A_WAIT = 28;

/** Plays the schedule to its end, and notes all that a reader and a server see. */
class Play {
  readonly run = new ScriptedAttempts();
  readonly events: CompletionEvent[] = [];
  readonly errors: AppError[] = [];
  /** What reached a server, and what did not. */
  readonly calls: { readonly at: number; readonly request: ChatRequest }[] = [];
  readonly connects: number[] = [];
  private refused = 0;
  /** What the reader has. */
  text = '';
  /** The kept text at a failure. */
  readonly standing: string[] = [];
  readonly startedAt: number;
  isComplete = false;
  /** Whether the reader left before the end, and what still waited then. */
  hasLeft = false;
  pendingAtTheEnd = 0;

  constructor(private readonly schedule: Schedule) {
    const { targetCount, fates, chance, isKnown, leavesAfterMs, ...limits } = schedule;
    this.run.timing.chance = chance;
    this.startedAt = this.run.timing.now();
    const targets = ['a', 'b', 'c'].slice(0, targetCount).map((host) => this.run.targetAt(host));
    if (isKnown) for (const target of targets) target.noteAnswer();
    const completion$ = this.run.completion([], {
      ...limits,
      targets,
      keptText: () => this.text,
      attempt: (_, request, run) => {
        const now = this.run.timing.now();
        this.connects.push(now);
        const fate = fates[this.calls.length]!;
        if (this.refused++ < fate.refusedConnects)
          return throwError(() => failure({ isAway: true, isUnreached: true }));
        this.refused = 0;
        this.calls.push({ at: now, request });
        return notingToken(this.toAttempt(fate, request), run);
      },
    });
    const subscription = completion$.subscribe({
      next: (event) => this.read(event),
      error: (error: AppError) => this.errors.push(error),
      complete: () => (this.isComplete = true),
    });
    if (leavesAfterMs !== null) {
      this.run.timing.pass(leavesAfterMs);
      subscription.unsubscribe();
      this.hasLeft = !this.isComplete && this.errors.length === 0;
    }
    this.pendingAtTheEnd = this.run.timing.pendingCount;
    this.run.timing.passAll();
  }

  private read(event: CompletionEvent): void {
    this.events.push(event);
    if (event.type === 'text.delta') this.text += event.text;
    if (event.type !== 'attempt' || !event.willRetry) return;
    this.text = this.text.slice(0, Math.floor(this.text.length * this.schedule.keptShare));
    this.standing.push(this.text);
  }

  private toAttempt(
    { chars, deltaChars, repeatedChars, fault, lastsMs }: Fate,
    request: ChatRequest,
  ): Attempt$ {
    const kept = textToContinue(request);
    // A prefilled answer goes on where it broke off.
    const repeats = this.schedule.continuation.mode === 'instruct' ? repeatedChars : 0;
    const repeatsFrom = Math.max(0, kept.length - repeats);
    // A model that repeats less than there is to recognise would not be repeating.
    const start = kept.length - repeatsFrom < 16 ? kept.length : repeatsFrom;
    const rest = ANSWER.slice(start);
    const said = fault === null ? rest : rest.slice(0, chars);
    const texts = Array.from({ length: Math.ceil(said.length / deltaChars) }, (_, index) =>
      said.slice(index * deltaChars, (index + 1) * deltaChars),
    );
    const deltas$ = from(texts.map((text): AttemptEvent => ({ type: 'text.delta', text })));
    const end$ = new Observable<AttemptEvent>((subscriber) =>
      this.run.timing.after(lastsMs, () => {
        if (fault !== null) return subscriber.error(fault);
        subscriber.next(FINISH);
        subscriber.complete();
      }),
    );
    return defer(() => concat(deltas$, end$));
  }
}

/** One end, and all is given back. */
function expectOneEnd({ events, errors, isComplete, run }: Play): void {
  const kinds = events.map(({ type }) => type);
  expect(kinds.filter((type) => type === 'finish').length + errors.length).toBe(1);
  expect([isComplete, kinds.lastIndexOf('finish')]).toEqual(
    errors.length === 0 ? [true, kinds.length - 1] : [false, -1],
  );
  expect(run.timing.pendingCount).toBe(0);
}

/** Each is reported, none exceeds the limit, none begins late; a wait is bounded. */
function expectBoundedAttempts({ events, connects, calls, startedAt, hasLeft }: Play, given: Schedule): void {
  const { maxRetries, isKnown, targetCount, totalTimeoutMs, fates } = given;
  const reports = events.filter(({ type }) => type !== 'text.delta');
  expect(reports.length).toBeGreaterThanOrEqual(hasLeft ? connects.length - 1 : connects.length);
  expect(reports.length).toBeLessThanOrEqual(connects.length);
  const waits = isKnown ? (1 + maxRetries) * (MAX_CONNECTS_IN_A_WAIT + targetCount) : 0;
  expect(calls.length).toBeLessThanOrEqual(1 + maxRetries);
  expect(connects.length).toBeLessThanOrEqual(1 + maxRetries + waits);
  expect(connects.every((at) => at < startedAt + totalTimeoutMs)).toBe(true);
  // Nothing follows a failure that would come again.
  const last = fates.slice(0, calls.length).findIndex(({ fault }) => fault?.isRetriable === false);
  if (last >= 0) expect(connects.at(-1)).toBe(calls[last]!.at);
}

/** The reader has the answer, or a part of it, without a gap and without a repetition. */
function expectEachWordOnce({ calls, standing, text, errors, hasLeft }: Play): void {
  // Each further attempt begins again or continues the kept text.
  const asked = calls.map(({ request }) => textToContinue(request));
  expect(['', ...standing]).toEqual(expect.arrayContaining(asked));
  if (errors.length === 0 && !hasLeft) expect(text).toBe(ANSWER);
  else expect(ANSWER.slice(0, text.length)).toBe(text);
}

describe('answerInAttempts, whatever fails', () => {
  it('ends once or with its reader, asks no more often than it may, and gives each word once', () => {
    fc.assert(
      fc.property(schedule, (given) => {
        const play = new Play(given);
        if (play.hasLeft) expect(play.pendingAtTheEnd).toBe(0);
        else expectOneEnd(play);
        expectBoundedAttempts(play, given);
        expectEachWordOnce(play);
      }),
      { numRuns: runs(1_000) },
    );
  });
});
