import { Observable, type OperatorFunction } from 'rxjs';

/**
 * Emits what `project` makes of each value, in order: `concatMap` for what is there at once. Without an inner
 * Observable a value, of which there are thousands a second.
 */
export function emitEach<T, R>(project: (value: T) => readonly R[]): OperatorFunction<T, R> {
  return (source) =>
    new Observable((subscriber) =>
      source.subscribe({
        next: (value) => {
          let results: readonly R[];
          try {
            results = project(value);
          } catch (error) {
            // What is thrown at RxJS from here it throws again on its own, which ends the process.
            subscriber.error(error);
            return;
          }
          for (const result of results) subscriber.next(result);
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
}
