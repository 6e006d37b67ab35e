import type { Spread } from '../report/statistics.js';
import { markdownTable } from '../report/table.js';

export interface StartUp {
  readonly name: string;
  readonly ms: Spread;
}

export function startUpTable(starts: readonly StartUp[]): string {
  const rows = starts.map(({ name, ms }) => [
    name,
    ...[ms.median, ms.min, ms.max].map((value) => value.toFixed(0)),
  ]);
  return markdownTable(['', 'ready after, ms (median)', 'min', 'max'], rows);
}
