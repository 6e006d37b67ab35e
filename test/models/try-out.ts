import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startChildService } from '../support/programs/child-service.js';
import { TEST_TIMES } from '../support/service/test-times.js';
import type { RealServer, RunningServer } from './real-server.js';
import type { Tried } from './table.js';
import { type Result, type Trial, TRIALS } from './trials.js';

/** An empty variable counts as not set: the times of other tests would make this another service. */
const DEFAULT_TIMES = Object.fromEntries(Object.keys(TEST_TIMES).map((name) => [name, '']));

export interface TryOutOptions {
  /** Only trials with these words in their title. */
  readonly words: string;
  /** Holds the database of {@link makeDatabase}, and gets a folder with the logs. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** Installs the server, starts it and plays the trials that it can have. */
export async function tryOut(server: RealServer, { words, folder, say }: TryOutOptions): Promise<Tried> {
  const { name, version } = server;
  say(`${name} ${version} …`);
  const results = new Map<string, Result>();
  try {
    await server.install();
  } catch (error) {
    return { server, skipped: (error as Error).message.replaceAll(/\s+/g, ' '), results };
  }
  const own = mkdtempSync(join(folder, 'server-'));
  const running = await server.start(own);
  try {
    const possible = TRIALS.filter(({ isPossible }) => isPossible(running));
    for (const trial of possible.filter(({ title }) => title.includes(words))) {
      const result = await play(trial, running, own);
      results.set(trial.title, result);
      const start = result.startMs === undefined ? '' : `, start ${Math.round(result.startMs)} ms`;
      const verdict = result.faults.length === 0 ? 'ok' : 'FAULT';
      say(`  ${verdict} ${trial.title}, ${Math.round(result.ms)} ms${start}`);
      for (const fault of result.faults) say(`     ${fault}`);
    }
  } finally {
    await running.stop();
  }
  return { server, results };
}

/** With a service of its own: what it has learned of the server in one trial is no part of the next. */
async function play(trial: Trial, server: RunningServer, folder: string): Promise<Result> {
  const data = join(folder, 'data');
  rmSync(data, { recursive: true, force: true });
  cpSync(join(folder, '..', 'data'), data, { recursive: true });
  const service = await startChildService({
    environment: { ...DEFAULT_TIMES, ...server.environment, DATA_DIR: data },
  });
  try {
    return await trial.run({ server, service });
  } catch (error) {
    return { faults: [(error as Error).message], ms: 0 };
  } finally {
    await service.stop();
    appendFileSync(join(folder, 'service.log'), `\n${trial.title}\n${service.output()}`);
  }
}

/** An embedded database to copy: making one takes seconds. */
export async function makeDatabase(folder: string): Promise<void> {
  const service = await startChildService({ environment: { DATA_DIR: join(folder, 'data') } });
  await service.stop();
}
