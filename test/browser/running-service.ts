import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../src/config/environment.js';

/** The built service in a process of its own, started for the first time on an empty data folder. */
export interface RunningService {
  readonly url: string;
  /** The key that it printed. */
  readonly key: string;
  stop(): Promise<void>;
}

/**
 * @param settings beside an empty data folder and a free port
 * @throws Error with what the service wrote, when it ends before it is ready
 */
export async function startBuiltService(settings: Environment = {}): Promise<RunningService> {
  const folder = await mkdtemp(join(tmpdir(), 'llm-chat-browser-'));
  // Nothing of this process's environment: a DATABASE_URL or LLM_BASE_URL would make it another service.
  const env = { PATH: process.env['PATH'], DATA_DIR: join(folder, 'data'), PORT: '0', ...settings };
  const service = spawn(process.execPath, ['dist/main.js'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = async () => {
    if (service.exitCode === null && service.signalCode === null) {
      service.kill('SIGTERM');
      await once(service, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await readWelcome(service)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function readWelcome(service: ChildProcess): Promise<{ url: string; key: string }> {
  return new Promise((resolve, reject) => {
    let written = '';
    const read = (chunk: Buffer) => {
      written += chunk.toString();
      const url = /^ready (\S+)$/m.exec(written)?.[1];
      const key = /^ +([a-z]+_[\w-]{43})$/m.exec(written)?.[1];
      if (url !== undefined && key !== undefined) resolve({ url, key });
    };
    service.stdout?.on('data', read);
    service.stderr?.on('data', read);
    service.once('error', reject);
    service.once('exit', (code) =>
      reject(new Error(`The service ended with ${code} before it was ready:\n${written}`)),
    );
  });
}
