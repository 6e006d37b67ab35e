import type { Subscriber } from 'rxjs';
import type { Dispatcher } from 'undici';
import {
  BROKEN_ANSWER,
  classifyConnectionError,
  NO_CONNECTION_IN_TIME,
  NO_TOKEN_IN_TIME,
  OUT_OF_TIME,
  TIMEOUT,
} from '../failure-classes.js';
import { type FailureClass, ModelFailure, toModelFailure } from '../model-failure.js';
import type { ResponseBody, AnswerEnd } from './response/response-body.js';
import { AttemptClock, type Timeout } from './attempt-clock.js';
import type { AttemptEvent, AttemptRun } from './attempt-event.js';
import type { SideDelta } from '../completion.js';

type Controller = Dispatcher.DispatchController;
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * How long counts may take after the finish reason, the body of a refusal, and the end of a body; less where
 * the idle timeout is shorter.
 */
const MAX_CLOSING_MS = 1_000;

/** A connection that ends sooner after the request has reached no model. */
const BROKEN_OFF_AT_ONCE_MS = 1_000;

/** undici takes an error to abort with, which it does not report. */
const ABORTED = new Error('aborted');

const TIMEOUTS: Readonly<Record<Exclude<Timeout, 'closing'>, FailureClass>> = {
  connect: NO_CONNECTION_IN_TIME,
  'first token': NO_TOKEN_IN_TIME,
  idle: TIMEOUT,
  total: OUT_OF_TIME,
};

/** The end of a body without a byte. */
const NO_ANSWER: AnswerEnd = {
  text: '',
  failure: new ModelFailure(BROKEN_ANSWER, 'the answer ended without a finish reason'),
};

export interface AttemptOptions extends AttemptRun {
  /** The body of a refusal; null: the response is an answer. @throws ModelFailure when its body cannot be read */
  readonly refusalOf: (status: number, headers: Headers, afterMs: number) => ResponseBody | null;
  /** The body of an answer that begins with that byte. */
  readonly answerFrom: (firstByte: number) => ResponseBody;
  /** Whether the request is repeated in another form, for the same subscriber, so that this failure is none. */
  readonly repeats?: (failure: ModelFailure) => boolean;
}

/** White space, and the bytes of a byte order mark: some servers send them before the answer. */
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

/**
 * One request to one target and the answer to it, as undici reports them. Tells its subscriber every text as
 * it is read, then the finish or a `ModelFailure`, and nothing after that. It talks to undici below its
 * streams: a stream a request costs more than all the decoding.
 */
export class Attempt implements Dispatcher.DispatchHandler {
  private readonly clock: AttemptClock;
  private controller: Controller | undefined;
  private body: ResponseBody | null = null;
  private hasToken = false;
  /** Whether the last token was one of the answer, and not of the model's thinking. */
  private isAnswering = false;
  private isSettled = false;
  private isAborted = false;

  constructor(
    private readonly subscriber: Subscriber<AttemptEvent>,
    private readonly options: AttemptOptions,
  ) {
    this.clock = new AttemptClock(options.limits, options.endsAt, (timeout) => this.onTimeout(timeout));
  }

  /** Aborts the request, unless the answer is complete. */
  unsubscribe(): void {
    if (!this.isSettled) this.abort();
  }

  onRequestStart(controller: Controller): void {
    // It was cancelled during the connect.
    if (this.isAborted) return controller.abort(ABORTED);
    this.controller = controller;
    this.clock.requestSent();
  }

  onResponseStart(_: Controller, status: number, headers: Headers): void {
    this.clock.lastReadAt = performance.now();
    if (this.isSettled || status < 200) return;
    if (status <= 299) this.options.onAnswer?.();
    try {
      this.body = this.options.refusalOf(status, headers, this.clock.waitedMs);
    } catch (error) {
      return this.fail(toModelFailure(error));
    }
    this.closeWhenOver();
  }

  onResponseData(_: Controller, chunk: Buffer): void {
    if (this.isSettled) return;
    const { clock } = this;
    clock.lastReadAt = performance.now();
    const bytes = this.body ? chunk : this.openAnswer(chunk);
    if (this.body === null) return;
    const text = this.body.push(bytes);
    const { hasNewToken, sideDeltas } = this.body;
    if (hasNewToken || sideDeltas.length > 0) {
      clock.lastTokenAt = clock.lastReadAt;
      const isAnswer = text !== '' || this.body.hasNewCall;
      if (isAnswer !== this.isAnswering) {
        this.isAnswering = isAnswer;
        clock.setAnswering(isAnswer);
      }
      if (!this.hasToken) this.noteToken();
    }
    if (sideDeltas.length > 0) this.emit(text, sideDeltas);
    else if (text !== '') this.subscriber.next({ type: 'text.delta', text });
    if (this.body.state !== 'open') this.closeWhenOver();
  }

  onResponseEnd(): void {
    if (!this.isSettled) this.settle();
    this.clock.stop();
  }

  onResponseError(_: Controller, error: Error): void {
    if (this.isSettled || this.body?.state === 'closing') {
      // A server that has sent all of its answer may hang up as it likes.
      if (!this.isSettled) this.settle();
      return this.clock.stop();
    }
    this.fail(connectionFailure(error, this.mayBeWorkedOn));
  }

  /** Whether a model may have the request. A server that breaks off at once, without a byte of an answer, was about to end. */
  private get mayBeWorkedOn(): boolean {
    if (this.controller === undefined) return false;
    return this.body !== null || this.clock.waitedMs >= BROKEN_OFF_AT_ONCE_MS;
  }

  /** Chooses, by the first byte that is not blank, how the answer is read. @returns the bytes from there on */
  private openAnswer(chunk: Buffer): Buffer {
    const start = chunk.findIndex((byte) => !BLANKS.has(byte));
    if (start < 0) return chunk;
    this.body = this.options.answerFrom(chunk[start]!);
    return chunk.subarray(start);
  }

  /** What came at the end alone: all of an answer as JSON. */
  private passOn(text: string, sideDeltas: readonly SideDelta[]): void {
    if (!this.hasToken && (text !== '' || sideDeltas.length > 0)) this.noteToken();
    this.emit(text, sideDeltas);
  }

  /** What came at once, in the order in which models write: the reasoning, the text, the calls. */
  private emit(text: string, sideDeltas: readonly SideDelta[]): void {
    for (const delta of sideDeltas) if (!isToolCall(delta)) this.subscriber.next(delta);
    if (text !== '') this.subscriber.next({ type: 'text.delta', text });
    for (const delta of sideDeltas) if (isToolCall(delta)) this.subscriber.next(delta);
  }

  private noteToken(): void {
    this.hasToken = true;
    this.options.onToken?.();
  }

  private onTimeout(timeout: Timeout): void {
    if (this.isSettled) return this.abort();
    if (timeout !== 'closing') return this.fail(new ModelFailure(TIMEOUTS[timeout], `timeout: ${timeout}`));
    this.settle();
    this.abort();
  }

  private closeWhenOver(): void {
    if (this.isSettled || this.body === null || this.body.state === 'open') return;
    this.clock.closeWithin(Math.min(MAX_CLOSING_MS, this.options.limits.idleTimeoutMs));
    if (this.body.state === 'done') this.settle();
  }

  /** The connection may live on for the next request, once the body has come to its end. */
  private settle(): void {
    const end = this.body?.end() ?? NO_ANSWER;
    this.passOn(end.text, this.body?.sideDeltas ?? []);
    if (this.isSettled) return;
    if ('failure' in end) return this.fail(end.failure);
    this.isSettled = true;
    if (this.body?.isCut) this.abort();
    this.subscriber.next({ type: 'finish', finishReason: end.finishReason, usage: end.usage });
    this.subscriber.complete();
  }

  private fail(failure: ModelFailure): void {
    this.abort();
    if (!this.hasToken && this.options.repeats?.(failure)) return;
    this.subscriber.error(failure);
  }

  private abort(): void {
    this.isSettled = true;
    this.isAborted = true;
    this.clock.stop();
    this.controller?.abort(ABORTED);
  }
}

function isToolCall({ type }: SideDelta): boolean {
  return type === 'tool_call.delta';
}

/** Without the error itself: undici hangs the bytes it read on it, which may be an answer. */
function connectionFailure(error: Error, mayBeWorkedOn: boolean): ModelFailure {
  // undici means to give HTTP faults a code, but leaves it out.
  const code =
    (error as NodeJS.ErrnoException).code ?? (error.name === 'HTTPParserError' ? 'HPE' : undefined);
  if (code === undefined) return toModelFailure(error);
  return new ModelFailure(classifyConnectionError(code, mayBeWorkedOn), `connection: ${code}`);
}
