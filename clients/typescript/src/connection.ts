import { LONGEST_TIMER_MS } from './sleep.js';
import { SseDecoder, type ServerSentEvent } from './answer/sse-decoder.js';

/** For how long the rest of a stream is waited for of which the end is known. */
const REST_TIMEOUT_MS = 1_000;

/** One connection over which an answer is read. It breaks off when its caller aborts, or when nothing comes for too long. */
export class Connection {
  private readonly controller = new AbortController();
  private body: ReadableStreamDefaultReader<Uint8Array> | undefined;

  /**
   * @param signal of the caller
   * @param idleTimeoutMs how long to wait for the answer's head, and then for each further piece of it; `Infinity`: as
   * long as it takes
   */
  constructor(
    private readonly signal: AbortSignal,
    private readonly idleTimeoutMs: number,
  ) {
    if (signal.aborted) this.passOn();
    signal.addEventListener('abort', this.passOn);
  }

  /** Ends with the connection: for `fetch`. */
  get ending(): AbortSignal {
    return this.controller.signal;
  }

  /** Waits for something of the connection, and ends that when it takes too long. */
  async within<T>(waiting: Promise<T>, timeoutMs = this.idleTimeoutMs): Promise<T> {
    const timer = this.startTimer(timeoutMs);
    try {
      return await waiting;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The events of the stream that `response` is, as they come. */
  async *read(response: Response): AsyncGenerator<ServerSentEvent, void, undefined> {
    const decoder = new SseDecoder();
    // Not `for await`: not every browser can iterate a body.
    this.body = response.body?.getReader();
    for (;;) {
      const bytes = await this.next();
      if (bytes === undefined) return;
      yield* decoder.push(bytes);
    }
  }

  /** @param isOver whether all that counts has come: then the rest is read, so that the connection can be kept */
  close(isOver: boolean): void {
    this.signal.removeEventListener('abort', this.passOn);
    if (isOver) void this.readRest();
    else this.controller.abort();
  }

  private startTimer(timeoutMs: number): ReturnType<typeof setTimeout> | undefined {
    // A timer makes 1 ms of what is no finite number: every connection would count as dropped.
    if (!Number.isFinite(timeoutMs)) return undefined;
    const giveUp = (): void => this.controller.abort(new Silence(timeoutMs));
    return setTimeout(giveUp, Math.min(timeoutMs, LONGEST_TIMER_MS));
  }

  private readonly passOn = (): void => this.controller.abort(this.signal.reason);

  /** undefined: it has ended. */
  private async next(timeoutMs?: number): Promise<Uint8Array | undefined> {
    if (!this.body) return undefined;
    return (await this.within(this.body.read(), timeoutMs)).value;
  }

  private async readRest(): Promise<void> {
    try {
      while (await this.next(REST_TIMEOUT_MS));
    } catch {
      // The answer is complete already.
    }
  }
}

/** Why a silent connection was closed, as a `cause`. */
class Silence extends Error {
  override readonly name = 'Silence';

  constructor(timeoutMs: number) {
    super(`Nothing came for ${timeoutMs} ms`);
  }
}
