import { filter, firstValueFrom, fromEvent, map, merge, Observable, of, ReplaySubject, timer } from 'rxjs';
import { AppError } from '../../common/errors/app-error.js';
import { type FrameStream, KEEP_ALIVE, type SseFrame } from '../../common/http/sse/sse.js';
import type { TurnConfig } from '../../config/app-config.js';
import { isTerminal, type TurnEvent } from '../domain/turn-event.js';

const SPOKEN: readonly TurnEvent['type'][] = ['text.delta', 'reasoning.delta', 'tool_call.delta'];

/** What makes the frames of a turn for readers that do not return. */
interface SpokenEncoder {
  /** Whether the last event was a failure: many clients know no frame of one, and see the cut. */
  readonly hasFailed: boolean;
  encode(event: TurnEvent): readonly SseFrame[];
}

/**
 * The stream of a turn, when it has begun to speak, or was waited for long enough; kept open by comments.
 * @throws AppError as {@link whenItSpeaks}
 */
export async function streamWhenItSpeaks(
  { events$, encoder }: { readonly events$: Observable<TurnEvent>; readonly encoder: SpokenEncoder },
  disconnected: AbortSignal,
  { heartbeatIntervalMs, statusWaitMs }: Pick<TurnConfig, 'heartbeatIntervalMs' | 'statusWaitMs'>,
): Promise<FrameStream<TurnEvent>> {
  return {
    events$: await whenItSpeaks(events$, disconnected, statusWaitMs),
    encode: (event) => encoder.encode(event),
    heartbeat: KEEP_ALIVE,
    heartbeatMs: heartbeatIntervalMs,
    hasFailed: () => encoder.hasFailed,
  };
}

/**
 * The same events, as soon as there is a token of any kind, or the end, or after `waitMs`. Until then nothing has been sent, and
 * a failure still has its status: client libraries of the OpenAI API repeat a request by that. Any longer, proxies and clients
 * give a silent request up.
 * @throws AppError why the turn failed in that time, before it had a token
 */
async function whenItSpeaks(
  events$: Observable<TurnEvent>,
  disconnected: AbortSignal,
  waitMs: number,
): Promise<Observable<TurnEvent>> {
  const read = new ReplaySubject<TurnEvent>();
  const reading = events$.subscribe(read);
  const leave$ = disconnected.aborted ? of(null) : fromEvent(disconnected, 'abort').pipe(map(() => null));
  const late$ = timer(waitMs).pipe(map(() => undefined));
  const first$ = read.pipe(filter((event) => SPOKEN.includes(event.type) || isTerminal(event)));
  const first = await firstValueFrom(merge(first$, leave$, late$));
  if (first === null || disconnected.aborted) {
    reading.unsubscribe();
    throw new AppError('bad_request', 'The caller left before the answer began.');
  }
  if (first?.type === 'turn.failed') throw first.error;
  return new Observable((subscriber) => {
    const showing = read.subscribe(subscriber);
    return () => {
      showing.unsubscribe();
      reading.unsubscribe();
    };
  });
}
