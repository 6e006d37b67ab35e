import { setTimeout as sleep } from 'node:timers/promises';
import { readSse } from '../../../test/support/service/sse.js';
import type { Exchange, Frame, ReadingEnd } from '../history.js';
import { API_KEY, TIMES } from '../settings.js';

/** A request of a question, as it is to be sent. */
export interface Sending {
  readonly questionId: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly key: string | null;
  readonly lastEventId: string | null;
  readonly wantsStream: boolean;
  readonly isEcho?: true;
  /** When the caller hangs up: after so long, or after so many frames; absent: it stays. */
  readonly leavesAfter?: { readonly ms: number } | { readonly frames: number };
}

/** Sends a request and reads the answer as far as it comes. Never rejects. */
export async function exchangeWith(
  { url, givingUp }: { readonly url: string; readonly givingUp: AbortSignal },
  sending: Sending,
  onFrame: (frame: Frame) => void,
): Promise<Exchange> {
  const reading = new Reading(sending, onFrame, givingUp);
  const { questionId, method, path, key, lastEventId, isEcho = false } = sending;
  const startedAt = Date.now();
  const end = await reading.read(url);
  const { upstream, status, answer, frames } = reading;
  const asked = { questionId, isEcho, method, path, key, lastEventId, startedAt, endedAt: Date.now() };
  return { ...asked, upstream, status, answer, frames, end };
}

class Reading {
  upstream: string | null = null;
  status: number | null = null;
  answer: string | null = null;
  readonly frames: Frame[] = [];
  private readonly hangUp = new AbortController();
  private why: 'left' | 'silent' = 'left';

  constructor(
    private readonly sending: Sending,
    private readonly onFrame: (frame: Frame) => void,
    private readonly givingUp: AbortSignal,
  ) {}

  async read(baseUrl: string): Promise<ReadingEnd> {
    const { leavesAfter } = this.sending;
    const leaving = new AbortController();
    if (leavesAfter && 'ms' in leavesAfter)
      void sleep(leavesAfter.ms, undefined, { signal: leaving.signal }).then(
        () => this.leave('left'),
        () => undefined,
      );
    try {
      await this.readResponse(await this.send(baseUrl));
      return 'clean';
    } catch {
      return this.hangUp.signal.aborted ? this.why : 'broken';
    } finally {
      leaving.abort();
      this.patience?.close();
    }
  }

  private patience?: NodeJS.Timeout;

  private send(baseUrl: string): Promise<Response> {
    const { method, path, body, key, lastEventId, wantsStream } = this.sending;
    const headers: Record<string, string> = { authorization: `Bearer ${API_KEY}` };
    if (body) headers['content-type'] = 'application/json';
    if (key !== null) headers['idempotency-key'] = key;
    if (lastEventId !== null) headers['last-event-id'] = lastEventId;
    if (wantsStream) headers['accept'] = 'text/event-stream';
    const maxMs = wantsStream ? TIMES.silentStreamMs : TIMES.silentAnswerMs;
    this.patience = setTimeout(() => this.leave('silent'), maxMs);
    const signal = AbortSignal.any([this.hangUp.signal, this.givingUp]);
    return fetch(baseUrl + path, { method, headers, signal, body: body && JSON.stringify(body) });
  }

  private async readResponse(response: Response): Promise<void> {
    this.status = response.status;
    this.upstream = response.headers.get('x-replica');
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
      this.answer = await response.text();
      return;
    }
    const stream = readSse(response);
    for (let event = await stream.next(); event; event = await stream.next()) {
      this.patience?.refresh();
      this.take({ id: event.id ?? '', data: event.data });
    }
  }

  private take(frame: Frame): void {
    this.frames.push(frame);
    this.onFrame(frame);
    const { leavesAfter } = this.sending;
    if (leavesAfter && 'frames' in leavesAfter && this.frames.length >= leavesAfter.frames) {
      this.leave('left');
      throw new Error('left');
    }
  }

  private leave(why: 'left' | 'silent'): void {
    this.why = why;
    this.hangUp.abort();
  }
}
