/** Writes the last results into docs/performance.md, between its marks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Growth, growthTable } from '../database/database-growth.js';
import type { Machine } from './machine.js';
import { readResult, type ScenarioResult } from '../result.js';
import { type StartUp, startUpTable } from '../startup/startup-times.js';
import { type StatementCount, statementTable } from '../database/statements.js';
import { tableOf } from './table.js';

const PAGE = join(import.meta.dirname, '..', '..', '..', 'docs', 'performance.md');
const MARKED = /(<!-- results -->\n).*(<!-- end of results -->)/s;

interface Dated {
  readonly at: string;
  readonly machine: Machine;
}

function dated({ at, machine }: Dated): string {
  const { processor, cores, memoryGib, node, system, isPinned } = machine;
  const pinned = isPinned ? 'target on one core, everything else on the other' : 'all processes on all cores';
  return `${at.slice(0, 16).replace('T', ' ')} UTC; ${processor}, ${cores} cores, ${memoryGib} GiB, ${system}, Node ${node}; ${pinned}.`;
}

function scenarioPart(result: ScenarioResult): string {
  const { scenario, targets, missing } = result;
  const rounds = Math.max(...targets.slice(1).map((figures) => figures.rounds));
  const left = Object.keys(missing).map((name) => ` Left out, for it was not installed: ${name}.`);
  return `### ${scenario.name}: ${scenario.title}

${rounds === 1 ? 'One round.' : `Medians of ${rounds} rounds (least–most).`} ${dated(result)}${left.join('')}

${tableOf(result)}`;
}

function databasePart(): string[] {
  const result = readResult<
    Dated & { buffersMb: number; sizes: number[]; growths: Growth[]; statements: StatementCount[] }
  >('database.json');
  if (!result) return [];
  return [
    `### The size of the database\n\n${dated(result)} PostgreSQL had ${result.buffersMb} MB of shared buffers.\n\n${growthTable(result.sizes, result.growths)}`,
    `### Statements\n\n${statementTable(result.statements)}`,
  ];
}

function startUpPart(): string[] {
  const result = readResult<Dated & { starts: StartUp[] }>('startup.json');
  return result ? [`### Start-up\n\n${dated(result)}\n\n${startUpTable(result.starts)}`] : [];
}

const scenarios = (readResult<ScenarioResult[]>('latest.json') ?? []).map(scenarioPart);
const parts = [...scenarios, ...databasePart(), ...startUpPart()];
const page = readFileSync(PAGE, 'utf8');
if (!MARKED.test(page)) throw new Error(`${PAGE} has no marks for the results`);
// A function: `$` in the tables is no reference.
writeFileSync(
  PAGE,
  page.replace(MARKED, (_all, begin: string, end: string) => `${begin}\n${parts.join('\n\n')}\n\n${end}`),
);
