import { type Figure, type FigureName, isPerAnswer, type TargetFigures } from './figures.js';
import type { ScenarioResult } from '../result.js';
import type { Scenario } from '../scenarios.js';
import type { Spread } from './statistics.js';

interface ColumnOf {
  readonly title: string;
  readonly read: (figures: TargetFigures) => string;
}

/** The table of a scenario, in Markdown. */
export function tableOf({ scenario, targets }: ScenarioResult): string {
  const columns = columnsOf(scenario);
  const most = Math.max(...targets.slice(1).map(({ rounds }) => rounds));
  const nameOf = ({ target, rounds }: TargetFigures) =>
    rounds < most ? `${target} (${rounds} round)` : target;
  const rows = targets.map((figures) => [nameOf(figures), ...columns.map(({ read }) => read(figures))]);
  return markdownTable(['', ...columns.map(({ title }) => title)], rows);
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function columnsOf(scenario: Scenario): ColumnOf[] {
  const ends: ColumnOf[] = [
    { title: scenario.isHeld ? 'not opened' : 'unfinished', read: ({ unfinished }) => String(unfinished) },
    { title: 'errors', read: ({ errors }) => String(errors) },
  ];
  if (scenario.isHeld) return [...valueAndRatio('kibPerStream', 'KiB a stream'), ...ends];
  const unit = isPerAnswer(scenario) ? 'ms an answer' : 's a million deltas';
  const gaps = isPerAnswer(scenario)
    ? []
    : [added('gap +p50, ms', 'addedGapP50'), added('gap +p99, ms', 'addedGapP99')];
  return [
    ...valueAndRatio('cpu', `CPU, ${unit}`),
    { title: 'PostgreSQL’s', read: ({ figures }) => number(figures.databaseCpu?.median) },
    { title: 'accepted p50, ms', read: ({ figures }) => number(figures.acceptedP50?.median) },
    added('first +p50, ms', 'addedFirstP50'),
    added('first +p99, ms', 'addedFirstP99'),
    ...gaps,
    ...ends,
  ];
}

function valueAndRatio(name: FigureName, title: string): ColumnOf[] {
  return [
    { title, read: ({ figures }) => withSpread(figures[name]) },
    { title: 'to the yardstick', read: ({ figures }) => withSpread(figures[name]?.ratio) },
  ];
}

const added = (title: string, name: FigureName): ColumnOf => ({
  title,
  read: ({ figures }) => number(figures[name]?.median),
});

function withSpread(spread: Spread | Figure | null | undefined): string {
  if (!spread) return '';
  return `${number(spread.median)} (${number(spread.min)}–${number(spread.max)})`;
}

/** Three digits, as far as they mean something. */
export function number(value: number | undefined): string {
  if (value === undefined) return '';
  const size = Math.abs(value);
  return value.toFixed(size >= 20 ? 0 : size >= 5 ? 1 : 2);
}
