import type { Subscriber } from 'rxjs';
import type { Dispatcher } from 'undici';
import { BROKEN_ANSWER, classifyConnectionError, OUT_OF_TIME, TIMEOUT } from '../failure-classes.js';
import { ModelFailure, toModelFailure } from '../model-failure.js';
import type { ResponseBody, AnswerEnd } from './response/response-body.js';
import { AttemptClock, type AttemptLimits, type Timeout } from './attempt-clock.js';
import type { AttemptEvent } from './attempt-event.js';

type Controller = Dispatcher.DispatchController;
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * How long counts may take after the finish reason, the body of a refusal, and the end of a body; less where
 * the idle timeout is shorter.
 */
const MAX_CLOSING_MS = 1_000;

/** undici wants an error to abort with; nobody sees this one. */
const ABORTED = new Error('aborted');

export interface AttemptOptions {
  readonly limits: AttemptLimits;
  /** Of `performance.now()`: when the whole answer must be done. */
  readonly endsAt: number;
  /** Chooses how the body is read. @throws ModelFailure when it cannot be */
  readonly answerFor: (status: number, headers: Headers) => ResponseBody;
}

/**
 * One request to one target and the answer to it, as undici reports them. Tells its subscriber every text as
 * it is read, then the finish or a `ModelFailure`, and nothing after that. It talks to undici below its
 * streams: a stream a request costs more than all the decoding.
 */
export class Attempt implements Dispatcher.DispatchHandler {
  private readonly clock: AttemptClock;
  private controller: Controller | undefined;
  private answer: ResponseBody | undefined;
  private isSettled = false;
  private isAborted = false;

  constructor(
    private readonly subscriber: Subscriber<AttemptEvent>,
    private readonly options: AttemptOptions,
  ) {
    this.clock = new AttemptClock(options.limits, options.endsAt, (timeout) => this.onTimeout(timeout));
  }

  /** The subscriber has gone. Cuts the connection, unless all that it does is to come to its end by itself. */
  unsubscribe(): void {
    if (!this.isSettled) this.abort();
  }

  onRequestStart(controller: Controller): void {
    // It was given up while the connection was being made.
    if (this.isAborted) return controller.abort(ABORTED);
    this.controller = controller;
    this.clock.requestSent();
  }

  onResponseStart(_: Controller, status: number, headers: Headers): void {
    if (this.isSettled || status < 200) return;
    try {
      this.answer = this.options.answerFor(status, headers);
    } catch (error) {
      return this.fail(toModelFailure(error));
    }
    this.closeWhenSaid();
  }

  onResponseData(_: Controller, chunk: Buffer): void {
    if (this.isSettled || this.answer === undefined) return;
    const text = this.answer.push(chunk);
    this.clock.bytesRead(this.answer.hasNewToken);
    this.tell(text);
    this.closeWhenSaid();
  }

  onResponseEnd(): void {
    if (!this.isSettled) this.settle();
    this.clock.stop();
  }

  onResponseError(_: Controller, error: Error): void {
    if (this.isSettled || this.answer?.state === 'closing') {
      // A server that has said all may hang up as it likes.
      if (!this.isSettled) this.settle();
      return this.clock.stop();
    }
    this.fail(connectionFailure(error));
  }

  private onTimeout(timeout: Timeout): void {
    if (this.isSettled) return this.abort();
    const failureClass = timeout === 'total' ? OUT_OF_TIME : TIMEOUT;
    if (timeout !== 'closing') return this.fail(new ModelFailure(failureClass, `timeout: ${timeout}`));
    this.settle();
    this.abort();
  }

  private closeWhenSaid(): void {
    if (this.isSettled || this.answer === undefined || this.answer.state === 'open') return;
    this.clock.closeWithin(Math.min(MAX_CLOSING_MS, this.options.limits.idleTimeoutMs));
    if (this.answer.state === 'done') this.settle();
  }

  /** The connection may live on for the next request, once the body has come to its end. */
  private settle(): void {
    const end: AnswerEnd = this.answer?.end() ?? {
      text: '',
      failure: new ModelFailure(BROKEN_ANSWER, 'no answer'),
    };
    this.tell(end.text);
    if (this.isSettled) return;
    if ('failure' in end) return this.fail(end.failure);
    this.isSettled = true;
    if (this.answer?.isCut) this.abort();
    this.subscriber.next({ type: 'finish', finishReason: end.finishReason, usage: end.usage });
    this.subscriber.complete();
  }

  private fail(failure: ModelFailure): void {
    this.abort();
    this.subscriber.error(failure);
  }

  private tell(text: string): void {
    if (text !== '') this.subscriber.next({ type: 'delta', text });
  }

  private abort(): void {
    this.isSettled = true;
    this.isAborted = true;
    this.clock.stop();
    this.controller?.abort(ABORTED);
  }
}

/** Without the error itself: undici hangs the bytes it read on it, which may be an answer. */
function connectionFailure(error: Error): ModelFailure {
  // undici means to give HTTP faults a code, but leaves it out.
  const code =
    (error as NodeJS.ErrnoException).code ?? (error.name === 'HTTPParserError' ? 'HPE' : undefined);
  if (code === undefined) return toModelFailure(error);
  return new ModelFailure(classifyConnectionError(code), `connection: ${code}`);
}
