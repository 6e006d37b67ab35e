import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseName, Strain } from './stage.js';

/** What came of one kind of request. */
export type Measured =
  | { readonly name: string; readonly hasEnded: true }
  | (Strain & {
      readonly name: string;
      readonly hasEnded?: undefined;
      readonly statuses: readonly number[];
      /** Of all requests together, as far as they store something. */
      readonly bodyBytes: number;
      readonly addedBytes: number;
    });

/** What holds for every request of every caller. */
const MAX_HEALTH_MS = 250;
/** Of a body that is not tiny; what each document costs at least is not counted. */
const MAX_GROWTH = 40;
const FREE_BYTES = 1_500_000;

/** What was promised and not kept; empty: nothing. */
export function describeFaults(measured: Measured): string[] {
  const { name } = measured;
  if (measured.hasEnded) return [`${name}: the process has ended`];
  const faults: string[] = [];
  const { statuses, healthMs, noiseMs, healthFailures, addedBytes, bodyBytes } = measured;
  const bad = statuses.filter((status) => status < 200 || status >= 500);
  if (statuses.length === 0) faults.push('no answer');
  if (bad.length > 0) faults.push(`answered ${[...new Set(bad)].join(', ')}`);
  if (healthMs > MAX_HEALTH_MS + noiseMs)
    faults.push(
      `GET /health/live took ${Math.round(healthMs)} ms, of which the machine ${Math.round(noiseMs)}`,
    );
  if (healthFailures > 0) faults.push('GET /health/live failed');
  if (addedBytes > FREE_BYTES + MAX_GROWTH * bodyBytes)
    faults.push(`${bodyBytes} bytes became ${addedBytes} in the database`);
  return faults.map((fault) => `${name}: ${fault}`);
}

export function writeTable(database: DatabaseName, all: readonly Measured[]): string {
  const head = [
    `| ${database}: kind | status | worst loop block, ms | worst GET /health/live, ms | late timers of the machine, ms | peak heap, MB | database bytes per body byte |`,
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  return `${[...head, ...all.map(writeRow)].join('\n')}\n`;
}

function writeRow(measured: Measured): string {
  if (measured.hasEnded) return `| ${measured.name} | process ended | | | | | |`;
  const { name, statuses, blockMs, healthMs, noiseMs, heapBytes, addedBytes, bodyBytes } = measured;
  const growth = bodyBytes === 0 ? '' : (addedBytes / bodyBytes).toFixed(1);
  const counts = Map.groupBy(statuses, (status) => status);
  const status = [...counts].map(([code, list]) => (list.length > 1 ? `${list.length} × ${code}` : code));
  const times = [blockMs, healthMs, noiseMs, heapBytes / 1e6].map((figure) => figure.toFixed(0));
  return `| ${[name, status.join(', '), ...times, growth].join(' | ')} |`;
}

/** Puts the tables between the marks of docs/promises.md. */
export async function writePage(tables: readonly string[]): Promise<void> {
  const path = join(import.meta.dirname, '..', '..', 'docs', 'promises.md');
  const page = await readFile(path, 'utf8');
  const [before = '', rest = ''] = page.split('<!-- hostile -->');
  const after = rest.slice(rest.indexOf('<!-- /hostile -->'));
  await writeFile(path, `${before}<!-- hostile -->\n\n${tables.join('\n')}\n${after}`);
}
