import { setImmediate } from 'node:timers/promises';

/** Longer than this no work keeps the event loop, unless one of its steps takes longer by itself. In milliseconds. */
const SLICE_MS = 8;

/** Ends with the last slice that was begun, of whatever work. */
let previousSlice: Promise<unknown> = Promise.resolve();

/**
 * Does work whose length its input decides, in slices. Between two slices, also of different works, the event loop
 * serves everybody else: of many that run at once each takes its turn, and together they keep the loop no longer than
 * one does.
 * @param steps the work, which yields wherever it may pause: at least every few milliseconds
 * @returns what it returns
 * @throws what it throws
 */
export async function inSlices<Result>(steps: Generator<unknown, Result>): Promise<Result> {
  for (;;) {
    const slice = previousSlice.then(() => setImmediate()).then(() => runSlice(steps));
    previousSlice = slice.catch(() => undefined);
    const { done, value } = await slice;
    if (done) return value;
  }
}

/** The same for work beside which no request waits: at once. */
export function atOnce<Result>(steps: Generator<unknown, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

function runSlice<Result>(steps: Generator<unknown, Result>): IteratorResult<unknown, Result> {
  const end = performance.now() + SLICE_MS;
  for (;;) {
    const step = steps.next();
    if (step.done || performance.now() >= end) return step;
  }
}
