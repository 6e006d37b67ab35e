import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** `write`: store rows until killed; `hold`: open until released; `open`: open and close; `join`: as a tool does. */
export type ChildTask = 'write' | 'hold' | 'open' | 'join';

/** A process that uses an embedded database. */
export interface DatabaseChild {
  readonly pid: number;
  /** Its lines, one after the other; ends when the process does. */
  readonly lines: AsyncIterableIterator<string>;
  /** Lets a `hold` go, and waits for the end. */
  release(): Promise<number | null>;
  kill(): Promise<void>;
  /** @returns the exit code */
  ended: Promise<number | null>;
}

/** Starts one on `dataDir`. */
export function startDatabaseChild(task: ChildTask, dataDir: string): DatabaseChild {
  const support = import.meta.dirname;
  const script = [
    join(support, '..', '..', '..', 'tools', 'typescript.mjs'),
    join(support, 'database.process.ts'),
  ];
  const child = spawn(process.execPath, ['--import', script[0]!, script[1]!, task, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = exitCode(child);
  return {
    pid: child.pid!,
    lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    ended,
    async release() {
      child.stdin.end();
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** The next line, or an error when the process has ended instead. */
export async function nextLine(child: DatabaseChild): Promise<string> {
  const next = await child.lines.next();
  if (next.done) throw new Error('The process ended without a further line');
  return next.value;
}
