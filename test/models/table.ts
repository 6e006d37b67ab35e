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

/** What the Chinese page calls the cells and the trials. */
const CHINESE: ReadonlyMap<string, string> = new Map([
  ['yes', '是'],
  ['**no**', '**否**'],
  ['skipped', '未试'],
  ['start', '启动'],
  ['an answer, streamed and as JSON', '流式和 JSON 的回答'],
  ['a stop by the caller ends the work of the server', '调用方停止回答后，服务器结束工作'],
  ['an error in mid-answer', '中途出错'],
  ['the connection behind it is cut in mid-answer', '它后面的连接在中途断开'],
  ['a prompt that is too long: `context_too_long`', '提示词过长：`context_too_long`'],
  ['killed, asked, started again', '被杀，提问，重新启动'],
  ['killed in mid-answer, started again', '中途被杀，重新启动'],
  ['what is behind it is killed, asked, started again', '它后面的进程被杀，提问，重新启动'],
  ['what is behind it is killed in mid-answer, started again', '它后面的进程在中途被杀，重新启动'],
]);

const IN_ENGLISH = (words: string) => words;

export const inChinese = (words: string) => {
  const translated = CHINESE.get(words);
  if (translated === undefined) throw new Error(`The Chinese page has no words for ${words}`);
  return translated;
};

/** The trials as a table in Markdown, a column for each server. */
export function tableOf(all: readonly Tried[], translate = IN_ENGLISH): string {
  const head = ['', ...all.map(({ server }) => `${server.name} ${server.version.replace(/^\D+ /, '')}`)];
  const rows = TRIALS.map((trial) => [
    translate(trial.title),
    ...all.map((tried) => cell(tried, trial, translate)),
  ]);
  return markdownTable(head, rows);
}

/** What is wrong with it, and what was not tried; empty: all is well. */
export function faultsOf({ server, skipped, results }: Tried): string[] {
  if (skipped !== undefined) return [`${server.name} was skipped: ${skipped}`];
  return [...results].flatMap(([title, { faults }]) =>
    faults.map((fault) => `${server.name}, ${title}: ${fault}`),
  );
}

function cell({ skipped, results }: Tried, { title }: Trial, translate: typeof IN_ENGLISH): string {
  const result = results.get(title);
  if (skipped !== undefined) return translate('skipped');
  if (result === undefined) return '—';
  if (result.faults.length > 0) return translate('**no**');
  const { ms, startMs = 0 } = result;
  const start = startMs >= 100 ? ` (${translate('start')} ${toSeconds(startMs)})` : '';
  return `${translate('yes')}, ${toSeconds(ms)}${start}`;
}

function toSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
