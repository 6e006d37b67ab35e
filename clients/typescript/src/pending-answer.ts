import type { AnswerEvent } from './answer/answer-event.js';
import type { Answer } from './answer/answer-fold.js';

/**
 * An answer that is being read. It is two things at once:
 *
 * - an async iterable of what happens, from the beginning, however late and however often it is iterated;
 * - a promise of the complete answer: `await` it.
 *
 * The question is sent when this is made, and read to the end whether somebody looks or not, with one exception: a
 * loop that is left early closes the connection, unless somebody else waits for the answer too.
 */
export class PendingAnswer implements AsyncIterable<AnswerEvent>, PromiseLike<Answer> {
  private readonly events: AnswerEvent[] = [];
  private readonly whole: Promise<Answer>;
  private isOver = false;
  private loops = 0;
  private isAwaited = false;
  private wake: () => void = () => undefined;
  private news = this.nextNews();

  /** @param giveUp ends the reading, with its reason */
  constructor(
    events: AsyncIterable<AnswerEvent>,
    private readonly giveUp: (reason: unknown) => void,
  ) {
    this.whole = this.readAll(events);
    // An iteration throws there; an answer that is never awaited is no fault.
    this.whole.catch(() => undefined);
  }

  /** @throws ProblemError, ConnectionError, or the reason of the signal that was given */
  async *[Symbol.asyncIterator](): AsyncGenerator<AnswerEvent, void, undefined> {
    this.loops++;
    try {
      for (let next = 0; ; next++) {
        while (next === this.events.length && !this.isOver) await this.news;
        const event = this.events[next];
        if (!event) break;
        yield event;
      }
      await this.whole;
    } finally {
      if (--this.loops === 0 && !this.isAwaited && !this.isOver) this.giveUp(leftEarly());
    }
  }

  /** Resolves to the complete answer; rejects with what the loop would throw. */
  then<Value = Answer, Failure = never>(
    onFulfilled?: ((answer: Answer) => Value | PromiseLike<Value>) | null,
    onRejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Value | Failure> {
    this.isAwaited = true;
    return this.whole.then(onFulfilled, onRejected);
  }

  catch<Failure = never>(
    onRejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Answer | Failure> {
    return this.then(undefined, onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<Answer> {
    this.isAwaited = true;
    return this.whole.finally(onFinally);
  }

  private async readAll(events: AsyncIterable<AnswerEvent>): Promise<Answer> {
    try {
      for await (const event of events) {
        this.events.push(event);
        if (event.type === 'completed') return event.answer;
        this.tell();
      }
      throw new Error('The events of an answer end with its completion, or throw');
    } finally {
      this.isOver = true;
      this.tell();
    }
  }

  private tell(): void {
    const { wake } = this;
    this.news = this.nextNews();
    wake();
  }

  private nextNews(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }
}

function leftEarly(): DOMException {
  return new DOMException('The loop over this answer was left before its end', 'AbortError');
}
