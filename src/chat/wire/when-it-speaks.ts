import { filter, firstValueFrom, fromEvent, map, merge, Observable, of, ReplaySubject, timer } from 'rxjs';
import { AppError } from '../../common/errors/app-error.js';
import { isTerminal, type TurnEvent } from '../domain/turn-event.js';

const SPOKEN: readonly TurnEvent['type'][] = ['text.delta', 'reasoning.delta', 'tool_call.delta'];

/**
 * The same events, as soon as there is a token of any kind, or the end, or after `waitMs`. Until then nothing has been sent, and
 * a failure still has its status: client libraries of the OpenAI API repeat a request by that. Any longer, proxies and clients
 * give a silent request up.
 * @throws AppError why the turn failed in that time, before it had a token
 */
export async function whenItSpeaks(
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
