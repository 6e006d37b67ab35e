import { markdownTable } from '../../tools/bench/report/table.js';
import { CAPABILITIES } from './capabilities.js';
import { type Client, versionOf } from './client.js';
import { reasonWithout, type Verdicts } from './trial.js';
import type { Words } from './words.js';

/** What became of one client, in one way to use it. */
export interface Row {
  readonly client: Client;
  readonly variant: string;
  /** Why it was not tried; absent: it was. */
  readonly skipped?: string;
  readonly verdicts: Verdicts;
}

/** Longest reason under the table; a traceback is in the output of the run. */
const MOST_REASON_CHARS = 160;

/** The rows as a table in Markdown. */
export function tableOf(rows: readonly Row[], words: Words): string {
  const head = ['client', 'version', ...CAPABILITIES.map(({ title }) => title)].map(words);
  const lines = rows.map((row) => [
    titleOf(row),
    `${versionOf(row.client)} (${row.client.ecosystem})`,
    ...CAPABILITIES.map(({ name }) => words(cell(row, name))),
  ]);
  return markdownTable(head, lines);
}

/** The settings of each client, as a table in Markdown. */
export function settingsOf(rows: readonly Row[], words: Words): string {
  const clients = [...new Set(rows.map(({ client }) => client))];
  return markdownTable(
    [words('client'), words('settings')],
    clients.map(({ name, settings }) => [name, oneLine(settings[words.language])]),
  );
}

/** What the clients do not have, as a list in Markdown. */
export function limitsOf(rows: readonly Row[], words: Words): string {
  const limits = rows.flatMap((row) =>
    CAPABILITIES.flatMap(({ name, title }) => {
      const reason = reasonWithout(row, name)?.[words.language];
      return reason === undefined ? [] : [`- ${titleOf(row)}, ${words(title)}: ${oneLine(reason)}`];
    }),
  );
  return limits.join('\n');
}

/** What is wrong or was not tried, a line for each cell that does not say "yes". */
export function reasonsOf(row: Row, isFull = false): string[] {
  const show = isFull ? (text: string) => text : short;
  if (row.skipped !== undefined) return [`${titleOf(row)} was skipped: ${show(row.skipped)}`];
  return [...row.verdicts].flatMap(([name, verdict]) =>
    verdict === true ? [] : [`${titleOf(row)}, ${name}: ${show(verdict)}`],
  );
}

export function titleOf({ client, variant }: Pick<Row, 'client' | 'variant'>): string {
  return variant === '' ? client.name : `${client.name}, ${variant}`;
}

function cell(row: Row, capability: string): string {
  if (row.skipped !== undefined) return 'skipped';
  if (reasonWithout(row, capability) !== undefined) return '—';
  const verdict = row.verdicts.get(capability);
  if (verdict === undefined) return '';
  return verdict === true ? 'yes' : '**no**';
}

function short(text: string): string {
  const line = oneLine(text);
  return line.length <= MOST_REASON_CHARS ? line : `${line.slice(0, MOST_REASON_CHARS)} …`;
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}
