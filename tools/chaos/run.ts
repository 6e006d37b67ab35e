import { writeFileSync } from 'node:fs';
import { History, readLines } from './history.js';
import type { ModelCall } from './model/model-call.js';
import type { Options } from './options.js';
import { readReceipts } from './receipts.js';
import { explain, summarise } from './report.js';
import { play } from './play.js';
import { SETTLE_MS } from './settings.js';
import { setUpStage } from './stage/stage.js';
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
