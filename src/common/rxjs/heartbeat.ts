import { type MonoTypeOperatorFunction, Observable } from 'rxjs';

/**
 * Emits `beat` whenever the source was silent for `intervalMs`. One timer a stream that looks at a
 * timestamp, and not one re-armed at every value: values come by the thousand a second.
 */
export function heartbeat<T>(intervalMs: number, beat: T): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable((subscriber) => {
      let lastAt = performance.now();
      let timer = setTimeout(check, intervalMs);
      function check(): void {
        const remaining = lastAt + intervalMs - performance.now();
        if (remaining <= 0) {
          lastAt = performance.now();
          subscriber.next(beat);
        }
        // The reader may have left at that very beat.
        if (subscriber.closed) return;
        timer = setTimeout(check, remaining <= 0 ? intervalMs : remaining);
      }
      subscriber.add(() => clearTimeout(timer));
      subscriber.add(
        source.subscribe({
          next: (value) => {
            lastAt = performance.now();
            subscriber.next(value);
          },
          error: (error) => subscriber.error(error),
          complete: () => subscriber.complete(),
        }),
      );
    });
}
