import { jest } from '@jest/globals';
import fc from 'fast-check';
import { Observable, Subject, type Subscription } from 'rxjs';
import { AppError } from '../../common/errors/app-error.js';
import type { AttemptRecord, CompletionEvent } from '../../llm/completion.js';
import { AnswerMessages, type TextPolicy } from './answer-messages.js';
import type { TurnEventBody } from '../domain/turn-event.js';
import { foldText } from '../domain/turn-fold.js';
import type { GenerationEvent } from './generation-event.js';

const FAILED: AttemptRecord = { target: 'gpu1/m', outcome: 'model_failed', durationMs: 5 };
const ANSWERED: AttemptRecord = { target: 'gpu1/m', outcome: 'answered', durationMs: 5 };
const USAGE = { inputTokens: 1, outputTokens: 2 };
const FINISH: CompletionEvent = {
  type: 'finish',
  finishReason: 'stop',
  usage: USAGE,
  attempt: ANSWERED,
};
const RETRY: CompletionEvent = { type: 'attempt', attempt: FAILED, willRetry: true };

const CONVERSATION: TextPolicy = { canVoid: false };
const QA: TextPolicy = { canVoid: true, segments: { minChars: 5, afterMs: 10_000 } };

const arbitraryPiece = fc.constantFrom(
  'One two three',
  'One. ',
  'Two.\n\n',
  '```\ncode',
  '\n',
  '- item',
  '🎉',
  'a',
);

/** An answer under way: the events of the model, and those that the turn gets of it. */
class Answer {
  readonly model$ = new Subject<CompletionEvent>();
  /** Deltas as their text, attempts by their outcome, anything else by its type. */
  readonly emitted: string[] = [];
  text!: AnswerMessages;
  readonly turn: Subscription;
  private readonly events: TurnEventBody[] = [];

  constructor(policy: TextPolicy) {
    const generation$ = new Observable<GenerationEvent>((turn) => {
      this.text = new AnswerMessages(policy, () => foldText(this.events), turn);
      this.text.follow(this.model$);
    });
    this.turn = generation$.subscribe({
      next: (event) => {
        if (event.type.startsWith('text.')) this.events.push(event as TurnEventBody);
        this.emitted.push(this.describe(event));
      },
      error: (error: AppError) => this.emitted.push(error.code),
      complete: () => this.emitted.push('complete'),
    });
  }

  says(...texts: readonly string[]): void {
    for (const text of texts) this.model$.next({ type: 'text.delta', text });
  }

  private describe(event: GenerationEvent): string {
    if (event.type === 'text.delta') return event.text;
    return event.type === 'attempt' ? event.attempt.outcome : event.type;
  }
}

describe('AnswerMessages', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('passes on what the model says, and how it ended', () => {
    const answer = new Answer(CONVERSATION);
    answer.says('a', 'b');
    answer.model$.next(FINISH);
    answer.model$.complete();
    expect(answer.emitted).toEqual(['a', 'b', 'answered', 'turn.completed', 'complete']);
  });

  describe('of a variant that cannot void', () => {
    it('keeps all that was said for the next attempt to go on from', () => {
      const answer = new Answer(CONVERSATION);
      answer.says('half ');
      answer.model$.next(RETRY);
      expect(answer.text.keptText()).toBe('half ');
      answer.says('done');
      answer.model$.next(RETRY);
      expect(answer.text.keptText()).toBe('half done');
      expect(answer.emitted).toEqual([
        'half ',
        'model_failed',
        'text.committed',
        'done',
        'model_failed',
        'text.committed',
      ]);
    });

    it('tells nothing of an attempt that had said nothing', () => {
      const answer = new Answer(CONVERSATION);
      answer.model$.next(RETRY);
      expect(answer.emitted).toEqual(['model_failed']);
      expect(answer.text.keptText()).toBe('');
    });
  });

  describe('of a variant that can void', () => {
    it('voids what was said, and the next attempt begins again', () => {
      const answer = new Answer({ canVoid: true });
      answer.says('half ');
      answer.model$.next(RETRY);
      expect(answer.text.keptText()).toBe('');
      answer.says('done');
      expect(answer.emitted).toEqual(['half ', 'model_failed', 'text.voided', 'done']);
    });

    it('voids only what follows the last BREAK, from where the next attempt goes on', () => {
      const answer = new Answer(QA);
      answer.says('First one.\n\n', 'Second');
      answer.model$.next(RETRY);
      expect(answer.text.keptText()).toBe('First one.\n\n');
      answer.says('Other.');
      answer.model$.next(FINISH);
      expect(answer.emitted).toEqual([
        'First one.\n\n',
        'text.committed',
        'Second',
        'model_failed',
        'text.voided',
        'Other.',
        'answered',
        'turn.completed',
      ]);
    });

    it('voids nothing right after a BREAK', () => {
      const answer = new Answer({ canVoid: true, segments: { minChars: 5, afterMs: 1_000 } });
      answer.says('First one. ');
      jest.advanceTimersByTime(2_000);
      answer.model$.next(RETRY);
      expect(answer.emitted).toEqual(['First one. ', 'text.committed', 'model_failed']);
    });

    it('never tells what was held back of an attempt that failed', () => {
      const answer = new Answer({
        canVoid: true,
        segments: { minChars: 100, afterMs: 10_000, maxBytes: 12 },
      });
      answer.says('0123456789');
      const emitted = answer.emitted.join('');
      expect('0123456789'.startsWith(emitted) && emitted.length < 10).toBe(true);
      answer.model$.next(RETRY);
      const before = answer.emitted.length;
      answer.says('new');
      answer.model$.next(FINISH);
      expect(answer.emitted.slice(before).join('')).toBe('newansweredturn.completed');
      expect(answer.text.keptText()).toBe('new');
    });
  });

  describe.each([true, false])('where canVoid is %s', (canVoid) => {
    it.each([undefined, { minChars: 5, afterMs: 10_000 }, { minChars: 100, afterMs: 10_000, maxBytes: 12 }])(
      'continues exactly the kept text, with segments %j',
      (segments) => {
        fc.assert(
          fc.property(fc.array(fc.array(arbitraryPiece), { minLength: 1 }), (attempts) => {
            const answer = new Answer({ canVoid, segments });
            let kept = '';
            for (const [index, said] of attempts.entries()) {
              answer.says(...said);
              if (index === attempts.length - 1) break;
              const keptAtLeast = canVoid ? kept : kept + said.join('');
              answer.model$.next(RETRY);
              const expected = kept + said.join('');
              kept = answer.text.keptText();
              expect(kept.startsWith(keptAtLeast) && expected.startsWith(kept)).toBe(true);
            }
            answer.model$.next(FINISH);
            expect(answer.text.keptText()).toBe(kept + attempts.at(-1)!.join(''));
          }),
        );
      },
    );
  });

  it.each([
    [CONVERSATION, 'text.committed', 'text.committed'],
    [QA, 'sides.voided', 'text.voided'],
  ])('voids or keeps the reasoning and the calls of an attempt that failed: %j', (policy, sides, text) => {
    const answer = new Answer(policy);
    answer.model$.next({ type: 'reasoning.delta', text: 'hm' });
    answer.model$.next({ type: 'tool_call.delta', index: 0, arguments: '{' });
    answer.model$.next(RETRY);
    answer.model$.next(RETRY);
    answer.model$.next({ type: 'reasoning.delta', text: 'hm' });
    answer.says('Half');
    answer.model$.next(RETRY);
    answer.model$.next(RETRY);
    expect(answer.emitted).toEqual([
      'reasoning.delta',
      'tool_call.delta',
      'model_failed',
      sides,
      'model_failed',
      'reasoning.delta',
      'Half',
      'model_failed',
      text,
      'model_failed',
    ]);
  });

  it('cuts a piece that has been open for long although the model is silent', () => {
    const answer = new Answer({ canVoid: true, segments: { minChars: 600, afterMs: 15_000 } });
    answer.says('One sentence. ');
    jest.advanceTimersByTime(14_999);
    expect(answer.emitted).toEqual(['One sentence. ']);
    jest.advanceTimersByTime(1);
    expect(answer.emitted).toEqual(['One sentence. ', 'text.committed']);
  });

  it('tells what was held back before it tells a failure', () => {
    const answer = new Answer({ canVoid: true, segments: { minChars: 100, afterMs: 10_000, maxBytes: 12 } });
    answer.says('0123456789', 'abcd');
    answer.model$.error(new AppError('model_failed', 'It failed.'));
    expect(answer.emitted.filter((piece) => piece !== 'text.committed').join('')).toBe(
      '0123456789abcdmodel_failed',
    );
  });

  it('leaves no timer behind, however it ends', () => {
    for (const end of ['error', 'complete'] as const) {
      const answer = new Answer(QA);
      answer.says('One. ');
      expect(jest.getTimerCount()).toBe(1);
      answer.model$[end](new AppError('model_failed', 'It failed.'));
      expect(jest.getTimerCount()).toBe(0);
    }
    const answer = new Answer(QA);
    answer.says('One. ');
    answer.turn.unsubscribe();
    expect(jest.getTimerCount()).toBe(0);
    expect(answer.model$.observed).toBe(false);
  });
});
