import { markdownTable } from '../../tools/bench/report/table.js';
import { CHECKS } from './checks.js';
import type { Trial } from './trial.js';

const NEW_CODES = 'new codes';

/** The trials as a table in Markdown, with a line for everything that is not as it should be. */
export function tableOf(trials: readonly Trial[]): string {
  const titles = [...CHECKS.map(({ title }) => title), NEW_CODES];
  const rows = trials.map((trial) => {
    const { generator, version, language, compiles, checks, skipped } = trial;
    const name = [generator, version, language];
    const nothing = titles.map(() => '');
    if (skipped !== undefined) return [...name, 'skipped', ...nothing];
    if (compiles !== true) return [...name, '**no**', ...nothing];
    return [...name, 'yes', ...titles.map((title) => cell(trial, title, checks?.[title]))];
  });
  const faults = trials.flatMap(faultsOf).map((fault) => `- ${fault}`);
  return [markdownTable(['generator', 'version', 'language', 'compiles', ...titles], rows), ...faults].join(
    '\n',
  );
}

/** What is wrong with it, and what was not tried; empty: all is well. */
export function faultsOf({ generator, skipped, compiles, checks }: Trial): string[] {
  if (skipped !== undefined) return [`${generator} was skipped: ${skipped}`];
  if (compiles !== true) return [`${generator}: ${compiles}`];
  return Object.entries(checks ?? {}).flatMap(([title, verdict]) =>
    verdict === true ? [] : [`${generator}, ${title}: ${verdict}`],
  );
}

function cell(
  { stream, sendsNull, takesNewCodes }: Trial,
  title: string,
  verdict: true | string | undefined,
): string {
  if (title === NEW_CODES) return takesNewCodes ? 'yes' : 'no';
  if (verdict !== true) return '**no**';
  if (title === 'stream') return stream;
  if (title === 'null') return sendsNull ? 'sent' : 'left out';
  return 'yes';
}
