import type { Percentiles } from '../load-order.js';

/** Of values in ascending order; NaN of none. */
export function percentile(ascending: ArrayLike<number>, share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? NaN;
}

export function percentilesOf(values: readonly number[]): Percentiles {
  const ascending = Float64Array.from(values).sort();
  return { p50: percentile(ascending, 0.5), p99: percentile(ascending, 0.99) };
}

/** The middle of measured values, and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Of the values that are numbers; null when there is none. */
export function spreadOf(values: readonly number[]): Spread | null {
  const ascending = values.filter(Number.isFinite).sort((a, b) => a - b);
  const [min] = ascending;
  if (min === undefined) return null;
  const middle = ascending.length >> 1;
  const upper = ascending[middle] ?? NaN;
  const median = ascending.length % 2 === 1 ? upper : ((ascending[middle - 1] ?? NaN) + upper) / 2;
  return { median, min, max: ascending.at(-1) ?? min };
}
