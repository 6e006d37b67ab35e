import type { AnswerEvent } from './answer-event.js';
import { type AnswerFold, foldFrame, NOTHING_YET, toAnswer, toPartialAnswer } from './answer-fold.js';
import { decodeFrame, type FrameContent } from './answer-frame.js';
import { ChatError, ConnectionError, ProblemError } from '../chat-error.js';
import { Connection } from '../connection.js';
import { pauseBefore, type ReconnectPolicy } from '../reconnect-policy.js';
import { KeyFailure, type Route, type Service, toProblemError } from '../service.js';
import { sleep } from '../sleep.js';

/** What is sent until the answer has an id to come back with: a question with its key, or the id of an earlier answer. */
export interface FirstRequest {
  readonly route: Route;
  /** JSON, as it goes over the wire each time. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ReadingOptions {
  readonly policy: ReconnectPolicy;
  /** After how long without a byte a connection counts as dropped. */
  readonly idleTimeoutMs: number;
  readonly signal?: AbortSignal;
  /** Whether the reasoning is wanted, too. */
  readonly reasoning?: boolean;
}

/** Reads one answer to its end, over as many connections as that takes. */
export class AnswerReader {
  private fold: AnswerFold = NOTHING_YET;
  private lastEventId = '';
  /** Since the last frame of the answer. */
  private failures = 0;
  private isOver = false;
  private readonly ending = new AbortController();

  constructor(
    private readonly service: Service,
    private readonly first: FirstRequest,
    private readonly options: ReadingOptions,
  ) {}

  /**
   * The last event is `completed`.
   * @throws ProblemError, ConnectionError, the reason for which it was ended, or what getting the key threw
   */
  async *read(): AsyncGenerator<AnswerEvent, void, undefined> {
    const { signal } = this.options;
    const passOn = (): void => this.end(signal?.reason);
    signal?.addEventListener('abort', passOn);
    if (signal?.aborted) passOn();
    try {
      while (!this.isOver) yield* this.readOnce();
    } finally {
      signal?.removeEventListener('abort', passOn);
    }
  }

  /** From now on nothing more is read. */
  readonly end = (reason: unknown): void => this.ending.abort(reason);

  /** Over one connection, and when that drops, up to the next one. */
  private async *readOnce(): AsyncGenerator<AnswerEvent, void, undefined> {
    const { signal } = this.ending;
    const drop = yield* this.readUntilDrop();
    if (this.isOver) return;
    signal.throwIfAborted();
    const delayMs = this.pauseAfter(drop);
    yield { type: 'reconnecting', delayMs, cause: drop };
    await sleep(delayMs, signal);
  }

  /** @returns why the connection dropped, unless the answer is over */
  private async *readUntilDrop(): AsyncGenerator<AnswerEvent, unknown, undefined> {
    const connection = new Connection(this.ending.signal, this.options.idleTimeoutMs);
    try {
      const response = await connection.within(this.send(connection.ending));
      if (!response.ok) return await connection.within(toProblemError(response));
      this.expectStream(response);
      for await (const { data, lastEventId } of connection.read(response)) {
        const frame = decodeFrame(data);
        // A heartbeat has none.
        if (lastEventId !== '') this.lastEventId = lastEventId;
        const event = frame && this.take(frame);
        // Whatever else answers with a stream of its own would be asked for ever.
        if (this.fold.chatId !== undefined) this.failures = 0;
        if (event) yield event;
        if (this.isOver) return undefined;
      }
      return new Error('The stream ended without its last frame');
    } catch (error) {
      if (error instanceof ChatError) throw error;
      if (error instanceof KeyFailure) throw error.cause;
      return error;
    } finally {
      connection.close(this.isOver);
    }
  }

  private send(signal: AbortSignal): Promise<Response> {
    const accept = 'text/event-stream';
    const { chatId } = this.fold;
    if (chatId === undefined) {
      const { route, body, headers } = this.first;
      return this.service.send(route, { body, headers: { ...headers, accept }, signal });
    }
    const headers = { accept, 'last-event-id': this.lastEventId };
    return this.service.send(streamOf(chatId, this.options.reasoning), { headers, signal });
  }

  /** @throws ConnectionError where the address is that of another server: asking again would not help */
  private expectStream(response: Response): void {
    const type = response.headers.get('content-type') ?? 'no content type';
    if (!type.startsWith('text/event-stream'))
      throw new ConnectionError(`What answers is not the service: it sent ${type}`, this.partial());
  }

  /** @throws ConnectionError where the frame is that of another server, such as a model server */
  private expectBeginning({ type }: FrameContent): void {
    if (this.fold.chatId !== undefined || type === 'started' || type === 'failed') return;
    throw new ConnectionError(
      `What answers is not the service: its stream begins with ${type}`,
      this.partial(),
    );
  }

  /** @throws ProblemError when the answer failed, ConnectionError when it has no beginning */
  private take(frame: FrameContent): AnswerEvent {
    this.expectBeginning(frame);
    this.fold = foldFrame(this.fold, frame);
    switch (frame.type) {
      case 'failed': {
        this.isOver = true;
        const { problem, storedChars } = frame;
        throw new ProblemError({ status: problem.status, problem, storedChars }, this.partial());
      }
      case 'ended': {
        const answer = toAnswer(this.fold, frame);
        this.isOver = true;
        return { type: 'completed', answer };
      }
      default:
        return frame;
    }
  }

  /** @throws ChatError when there is to be no further attempt */
  private pauseAfter(drop: unknown): number {
    const { policy } = this.options;
    const isProblem = drop instanceof ProblemError;
    const retryAfterMs = isProblem ? drop.retryAfterMs : undefined;
    if (isProblem && isFinal(drop)) throw drop.with(this.partial());
    const isTooLong = retryAfterMs !== undefined && retryAfterMs > policy.maxRetryAfterMs;
    // Read again from the start, the text would come twice.
    const hasLostItsPlace = this.fold.chatId !== undefined && this.lastEventId === '';
    if (++this.failures > policy.maxAttempts || isTooLong || hasLostItsPlace) {
      if (isProblem) throw drop.with(this.partial());
      throw new ConnectionError('The answer could not be read to its end', this.partial(), { cause: drop });
    }
    return pauseBefore(this.failures, policy, { retryAfterMs });
  }

  private partial() {
    return toPartialAnswer(this.fold);
  }
}

/** Where an answer is read again, or on. */
export function streamOf(chatId: string, reasoning = false): Route {
  return `GET api/chat/${encodeURIComponent(chatId)}/stream${reasoning ? '?reasoning=true' : ''}`;
}

/** Asked again, the service would say the same. */
function isFinal({ status, isRetryable }: ProblemError): boolean {
  return status < 500 || !isRetryable;
}
