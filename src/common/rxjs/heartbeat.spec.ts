import { jest } from '@jest/globals';
import { of, Subject } from 'rxjs';
import { heartbeat } from './heartbeat.js';

describe('heartbeat', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: [] }));
  afterEach(() => jest.useRealTimers());

  it('beats after each interval of silence, counted from the start and from the last value', () => {
    const source$ = new Subject<string>();
    const seen: string[] = [];
    const subscription = source$.pipe(heartbeat(10, '.')).subscribe((value) => seen.push(value));

    jest.advanceTimersByTime(10);
    expect(seen).toEqual(['.']);
    jest.advanceTimersByTime(6);
    source$.next('a');
    jest.advanceTimersByTime(9);
    expect(seen).toEqual(['.', 'a']);
    jest.advanceTimersByTime(1);
    expect(seen).toEqual(['.', 'a', '.']);
    subscription.unsubscribe();
  });

  it('leaves no timer behind when the source completes, at once or later, or the reader leaves', () => {
    of('a').pipe(heartbeat(10, '.')).subscribe();
    const source$ = new Subject<string>();
    source$.pipe(heartbeat(10, '.')).subscribe();
    source$.complete();
    const reader = new Subject<string>().pipe(heartbeat(10, '.')).subscribe(() => reader.unsubscribe());
    jest.advanceTimersByTime(10);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('passes an error on', () => {
    const source$ = new Subject<string>();
    let seen: unknown;
    source$.pipe(heartbeat(10, '.')).subscribe({ error: (error: unknown) => (seen = error) });
    const error = new Error('broken');
    source$.error(error);
    expect(seen).toBe(error);
  });
});
