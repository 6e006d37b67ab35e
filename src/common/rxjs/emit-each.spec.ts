import { of, Subject, take, toArray } from 'rxjs';
import { emitEach } from './emit-each.js';

describe('emitEach', () => {
  it('emits what is made of each value, in order, and completes', () => {
    let seen: string[] = [];
    of('ab', '', 'c')
      .pipe(
        emitEach((text) => [...text]),
        toArray(),
      )
      .subscribe((all) => (seen = all));
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('hands on an error of the source and one of the projection', () => {
    const errors: unknown[] = [];
    const source$ = new Subject<string>();
    const thrown = new Error('projection');
    source$.pipe(emitEach((text) => [text])).subscribe({ error: (error: unknown) => errors.push(error) });
    source$
      .pipe(
        emitEach((): string[] => {
          throw thrown;
        }),
      )
      .subscribe({ error: (error: unknown) => errors.push(error) });
    source$.next('a');
    const error = new Error('source');
    source$.error(error);
    expect(errors).toEqual([thrown, error]);
  });

  it('leaves the source when its reader does', () => {
    const source$ = new Subject<string>();
    const seen: string[] = [];
    source$
      .pipe(
        emitEach((text) => [...text]),
        take(1),
      )
      .subscribe((letter) => seen.push(letter));
    source$.next('ab');
    expect(seen).toEqual(['a']);
    expect(source$.observed).toBe(false);
  });
});
