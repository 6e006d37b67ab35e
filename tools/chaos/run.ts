import { writeFileSync } from 'node:fs';
import { Caller } from './callers/caller.js';
import { History, readLines } from './history.js';
import type { ModelCall } from './model/model-call.js';
import { Nemesis } from './nemesis.js';
import type { Options } from './options.js';
import { Random } from './random.js';
import { readReceipts } from './receipts.js';
import { explain, summarise } from './report.js';
import { SETTLE_MS, TIMES } from './settings.js';
import { setUpStage, type Stage } from './stage/stage.js';
import type { Workspace } from './stage/workspace.js';
import { gatherEvidence, turnIdsIn } from './verdict/evidence.js';
import { judge, type Verdict } from './verdict/verdict.js';

/** Acknowledged commits stay in memory until a crash takes them. */
const LOSES_COMMITS = ['synchronous_commit=off', 'wal_writer_delay=10s', 'wal_writer_flush_after=1GB'];

/** One run from its start to its verdict; what it says goes to standard output. */
export async function run(options: Options, workspace: Workspace): Promise<Verdict> {
  const history = new History(workspace.path('history.jsonl'));
  const callsFile = workspace.path('calls.jsonl');
  for (const file of [history.file, callsFile]) writeFileSync(file, '');
  const stage = await setUpStage(workspace, history, {
    seed: options.seed,
    modelFaultShare: options.modelFaults,
    postgresSettings: options.isControl ? LOSES_COMMITS : [],
    callsFile,
  });
  try {
    await play(stage, history, options);
    const settledAt = Date.now() + SETTLE_MS;
    const receipts = await readReceipts(stage.url, turnIdsIn(history.read()), settledAt);
    const evidence = gatherEvidence(history.read(), readLines<ModelCall>(callsFile), receipts);
    const verdict = judge(evidence);
    process.stdout.write(`${summarise(verdict, evidence, history.read())}\n`);
    if (!options.isControl) process.stdout.write(`${explain(verdict, evidence, history.read())}\n`);
    return verdict;
  } finally {
    await stage.close();
  }
}

async function play(stage: Stage, history: History, options: Options): Promise<void> {
  const random = new Random(options.seed);
  const endAt = Date.now() + options.seconds * 1_000;
  const givingUp = new AbortController();
  const around = { url: stage.url, history, givingUp: givingUp.signal };
  const callers = Array.from({ length: options.clients }, (_, index) => {
    const name = `caller${index + 1}`;
    return new Caller(name, random.fork(name), around).run(endAt);
  });
  const nemesis = new Nemesis(stage, history, {
    random: random.fork('nemesis'),
    postgresWeight: options.isControl ? 10 : 3,
  });
  await nemesis.run(endAt);
  // From here on nothing happens any more: a caller without an end now never gets one.
  const giveUp = setTimeout(() => givingUp.abort(), Math.max(0, endAt - Date.now()) + TIMES.lastAnswersMs);
  await Promise.all(callers);
  clearTimeout(giveUp);
}
