import type { MeasuredDatabase } from './database-times.js';
import { percentile } from '../report/statistics.js';
import { markdownTable } from '../report/table.js';

export interface Growth {
  readonly what: string;
  /** In the order of the sizes, in ms. */
  readonly p50: readonly number[];
  readonly p95: readonly number[];
  /** Of the p95, from the smallest to the largest. */
  readonly growth: number;
}

/** What was measured on databases of ascending size, compared. */
export function growthOf(databases: readonly MeasuredDatabase[]): Growth[] {
  return [...(databases[0]?.times.keys() ?? [])].map((what) => {
    const ascending = databases.map(({ times }) => Float64Array.from(times.get(what) ?? []).sort());
    const p95 = ascending.map((times) => percentile(times, 0.95));
    return {
      what,
      p50: ascending.map((times) => percentile(times, 0.5)),
      p95,
      growth: (p95.at(-1) ?? NaN) / (p95[0] ?? NaN),
    };
  });
}

export function growthTable(sizes: readonly number[], growths: readonly Growth[]): string {
  const names = sizes.map((size) => size.toLocaleString('en'));
  const head = [
    '',
    ...names.flatMap((name) => [`p50 among ${name}, ms`, `p95 among ${name}, ms`]),
    'growth of p95',
  ];
  const rows = growths.map(({ what, p50, p95, growth }) => [
    what,
    ...sizes.flatMap((_size, index) => [p50[index], p95[index]].map((ms) => ms?.toFixed(2) ?? '')),
    growth.toFixed(2),
  ]);
  return markdownTable(head, rows);
}
