import { markdownTable } from '../../tools/bench/report/table.js';
import type { RealServer } from './real-server.js';
import { type Result, type Trial, TRIALS } from './trials.js';

/** What became of one server. */
export interface Tried {
  readonly server: Pick<RealServer, 'name' | 'version'>;
  /** Why it was not tried; absent: it was. */
  readonly skipped?: string;
  /** By the titles of the trials; absent where the server cannot have it. */
  readonly results: ReadonlyMap<string, Result>;
}

/** The trials as a table in Markdown, a column for each server, with a line for each fault. */
export function tableOf(all: readonly Tried[]): string {
  const head = ['', ...all.map(({ server }) => `${server.name} ${server.version.replace(/^\D+ /, '')}`)];
  const rows = TRIALS.map((trial) => [trial.title, ...all.map((tried) => cell(tried, trial))]);
  const faults = all.flatMap(faultsOf).map((fault) => `- ${fault}`);
  const table = markdownTable(head, rows);
  return faults.length === 0 ? table : `${table}\n\n${faults.join('\n')}`;
}

/** What is wrong with it, and what was not tried; empty: all is well. */
export function faultsOf({ server, skipped, results }: Tried): string[] {
  if (skipped !== undefined) return [`${server.name} was skipped: ${skipped}`];
  return [...results].flatMap(([title, { faults }]) =>
    faults.map((fault) => `${server.name}, ${title}: ${fault}`),
  );
}

function cell({ skipped, results }: Tried, { title }: Trial): string {
  const result = results.get(title);
  if (skipped !== undefined) return 'skipped';
  if (result === undefined) return '—';
  return result.faults.length > 0 ? '**no**' : `yes, ${(result.ms / 1_000).toFixed(1)} s`;
}
