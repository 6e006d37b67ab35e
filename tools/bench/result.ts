import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TargetFigures } from './report/figures.js';
import type { Machine } from './report/machine.js';
import type { Scenario } from './scenarios.js';

export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly machine: Machine;
  /** When it was measured; ISO 8601. */
  readonly at: string;
  readonly targets: readonly TargetFigures[];
  /** Who was not measured, and why. */
  readonly missing: Readonly<Record<string, string>>;
}

const FOLDER = join(import.meta.dirname, 'results');

/** Where a result of that name is kept. */
export const resultFile = (name: string) => join(FOLDER, name);

export function readResult<Content>(name: string): Content | null {
  const file = resultFile(name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Content) : null;
}

export function writeResult(name: string, content: unknown): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(resultFile(name), `${JSON.stringify(content, rounded, 1)}\n`);
}

/** The last result of each scenario, with the new ones in place of theirs. */
export function merged(
  last: readonly ScenarioResult[],
  news: readonly ScenarioResult[],
  order: readonly Scenario[],
): ScenarioResult[] {
  return order.flatMap(({ name }) => {
    const isOf = (result: ScenarioResult) => result.scenario.name === name;
    return news.find(isOf) ?? last.find(isOf) ?? [];
  });
}

/** Four digits are more than any of it is sure of. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
