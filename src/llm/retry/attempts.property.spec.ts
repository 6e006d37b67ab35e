import fc from 'fast-check';
import { concat, defer, from, Observable } from 'rxjs';
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
  /** null: it answers. */
  readonly fault: ModelFailure | null;
  readonly lastsMs: number;
}

const fate: fc.Arbitrary<Fate> = fc.record({
  chars: fc.nat({ max: 300 }),
  deltaChars: fc.integer({ min: 1, max: 40 }),
  repeatedChars: fc.oneof(fc.constant(0), fc.integer({ min: 16, max: 300 })),
  fault: fc.option(
    fc
      .record({
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
  totalTimeoutMs: fc.integer({ min: 1, max: 60_000 }),
  chance: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  continuation,
  /** The share of a failed attempt that the reader keeps: all (the Conversation API), or the committed text (the QA API). */
  keptShare: fc.oneof(fc.constant(1), fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })),
});

type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never;

/** Plays the schedule to its end, and notes all that a reader and a server see. */
class Play {
  readonly run = new ScriptedAttempts();
  readonly events: CompletionEvent[] = [];
  readonly errors: AppError[] = [];
  readonly calls: { readonly at: number; readonly request: ChatRequest }[] = [];
  /** What the reader has. */
  text = '';
  /** The kept text at a failure. */
  readonly standing: string[] = [];
  readonly startedAt: number;
  isComplete = false;

  constructor(private readonly schedule: Schedule) {
    const { targetCount, fates, chance, ...limits } = schedule;
    this.run.timing.chance = chance;
    this.startedAt = this.run.timing.now();
    const completion$ = this.run.completion([], {
      ...limits,
      targets: ['a', 'b', 'c'].slice(0, targetCount).map((host) => this.run.targetAt(host)),
      keptText: () => this.text,
      attempt: (_, request, run) => {
        this.calls.push({ at: this.run.timing.now(), request });
        return notingToken(this.toAttempt(fates[this.calls.length - 1]!, request), run);
      },
    });
    completion$.subscribe({
      next: (event) => this.read(event),
      error: (error: AppError) => this.errors.push(error),
      complete: () => (this.isComplete = true),
    });
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

describe('answerInAttempts, whatever fails', () => {
  it('ends once, asks no more often than it may, and gives the reader each word once', () => {
    fc.assert(
      fc.property(schedule, (given) => {
        const play = new Play(given);
        const { events, errors, calls, text, standing, startedAt, isComplete, run } = play;
        const kinds = events.map(({ type }) => type);
        // One end, and all is given back.
        expect(kinds.filter((type) => type === 'finish').length + errors.length).toBe(1);
        expect([isComplete, kinds.lastIndexOf('finish')]).toEqual(
          errors.length === 0 ? [true, kinds.length - 1] : [false, -1],
        );
        expect(run.timing.pendingCount).toBe(0);
        // Attempts: each is reported, none exceeds the limit, none begins late.
        expect(calls.length).toBeLessThanOrEqual(1 + given.maxRetries);
        expect(events.filter(({ type }) => type !== 'text.delta')).toHaveLength(calls.length);
        expect(calls.every(({ at }) => at < startedAt + given.totalTimeoutMs)).toBe(true);
        const faults = given.fates.slice(0, calls.length - 1).map(({ fault }) => fault?.isRetriable);
        expect(faults.every((isRetriable) => isRetriable === true)).toBe(true);
        // Each further one begins again or continues the kept text.
        expect(calls.map(({ request }) => textToContinue(request))).toEqual(['', ...standing]);
        // The reader has the answer, or a part of it, without a gap and without a repetition.
        expect(errors.length === 0 ? text : ANSWER.slice(0, text.length)).toBe(
          errors.length === 0 ? ANSWER : text,
        );
      }),
      { numRuns: runs(200) },
    );
  });
});
