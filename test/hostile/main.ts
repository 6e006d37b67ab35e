/**
 * Sends a service what an attacker would, while another caller asks whether it lives. `--short`: the eight cases that
 * ended or blocked a process in November 2026, on the embedded database; `--page`: also writes the table into
 * docs/promises.md; names of kinds: these alone.
 */
import type { ChildService } from '../support/programs/child-service.js';
import { CONNECTION_KINDS } from './connections.js';
import { type Kind, KINDS } from './kinds.js';
import { type Stage, type DatabaseName, openStage, type Strain } from './stage.js';
import { describeFaults, type Measured, writePage, writeTable } from './table.js';

/** What is missed as often is not the machine's fault. */
const MAX_ATTEMPTS = 3;

interface Case {
  readonly name: string;
  readonly isShort?: true;
  /** Of what is stored; 0: nothing is. */
  readonly bodyBytes: number;
  readonly run: (service: ChildService) => Promise<number[]>;
}

function toCase({ name, path, body, times = 1, isShort }: Kind): Case {
  const text = JSON.stringify(body());
  const send = async (service: ChildService) => {
    const response = await service.post(path, text);
    const answer = await response.text();
    if (response.status === 201) await removeDocument(service, answer);
    return response.status;
  };
  const run = (service: ChildService) => Promise.all(Array.from({ length: times }, () => send(service)));
  const bodyBytes = path === '/api/documents' ? Buffer.byteLength(text) * times : 0;
  return { name, isShort, bodyBytes, run };
}

/** Every second one stays, for the searches; deleting the others belongs to the test. */
let stored = 0;
async function removeDocument(service: ChildService, answer: string): Promise<void> {
  if (++stored % 2 === 0) return;
  const { id } = JSON.parse(answer) as { id: string };
  const response = await service.request('DELETE', `/api/documents/${id}`);
  if (response.status !== 204) throw new Error(`A document could not be deleted: ${response.status}`);
}

/** Again where a bound is missed: other processes of the machine may have taken the processor meanwhile. */
async function measureAgain(stage: Stage, one: Case): Promise<Measured> {
  for (let attempt = 1; ; attempt++) {
    const measured = await measure(stage, one);
    if (attempt === MAX_ATTEMPTS || describeFaults(measured).length === 0) return measured;
  }
}

async function measure(stage: Stage, one: Case): Promise<Measured> {
  const before = await stage.strain();
  let statuses: number[] = [];
  try {
    statuses = await one.run(stage.service);
  } catch (error) {
    // No answer at all is the worst one: its strain says whether the process has ended.
    process.stderr.write(`${one.name}: ${String(error)}\n`);
  }
  const after: Strain = await stage.strain();
  const added = Math.max(0, after.databaseBytes - before.databaseBytes);
  return { ...after, name: one.name, statuses, bodyBytes: one.bodyBytes, addedBytes: added };
}

async function measureAll(name: DatabaseName, cases: readonly Case[]): Promise<Measured[]> {
  let stage = await openStage(name);
  const measured: Measured[] = [];
  try {
    for (const one of cases) {
      try {
        measured.push(await measureAgain(stage, one));
      } catch {
        measured.push({ name: one.name, hasEnded: true });
        await stage.close();
        stage = await openStage(name);
      }
      process.stdout.write(writeTable(name, measured.slice(-1)).split('\n').at(-2)! + '\n');
    }
  } finally {
    await stage.close();
  }
  return measured;
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const isShort = args.includes('--short');
  const names = args.filter((argument) => !argument.startsWith('--'));
  const cases = [
    ...KINDS.map(toCase),
    ...CONNECTION_KINDS.map(({ name, run, isShort: short }) => ({ name, run, isShort: short, bodyBytes: 0 })),
  ].filter((one) => (names.length > 0 ? names.includes(one.name) : !isShort || one.isShort));
  const databases: DatabaseName[] = isShort ? ['embedded'] : ['embedded', 'PostgreSQL'];
  const tables: string[] = [];
  const faults: string[] = [];
  for (const name of databases) {
    const measured = await measureAll(name, cases);
    tables.push(writeTable(name, measured));
    faults.push(...measured.flatMap(describeFaults).map((fault) => `${name}: ${fault}`));
  }
  process.stdout.write(`\n${tables.join('\n')}\n`);
  if (args.includes('--page')) await writePage(tables);
  for (const fault of faults) process.stdout.write(`MISSED ${fault}\n`);
  process.stdout.write(
    faults.length === 0 ? 'every bound was held\n' : `${faults.length} bounds were missed\n`,
  );
  return faults.length === 0 ? 0 : 1;
}

process.exit(await main());
