import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseConfig } from '../../../src/config/app-config.js';
import type { Environment } from '../../../src/config/environment.js';
import { runFolder } from '../database/database.clone.js';
import type { RequestOptions } from '../service/service.js';
import { TEST_TIMES } from '../service/test-times.js';

/** What a process said and how it ended. */
export interface Ended {
  /** null: a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program of ours in a process of its own. */
export interface Child {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** What it has said so far, in the order in which it arrived. */
  output(): string;
  /** As soon as its standard output has what `pattern` finds. @throws Error when it ends before */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal?: NodeJS.Signals): void;
  /** Ends it, however it is, and waits for that. */
  stop(): Promise<void>;
}

/** The service as it is shipped, in a process of its own. */
export interface ChildService extends Child {
  readonly url: string;
  /** Sends JSON with {@link CHILD_KEY}, or with another one, or (null) with none. */
  request(method: string, path: string, options?: RequestOptions): Promise<Response>;
  post(path: string, body: unknown, options?: RequestOptions): Promise<Response>;
}

export interface ChildOptions {
  /** All that it gets of configuration; nothing is inherited. */
  readonly environment?: Environment;
  /** As PID 1 of a namespace of its own, like in a container. */
  readonly isPidOne?: boolean;
  /** A command that becomes the program, which is its last arguments: for limits that a process begins with. */
  readonly launcher?: readonly string[];
}

/** The key that a {@link startChildService} takes. */
export const CHILD_KEY = 'key-of-the-child-tests-0123456789';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The variables that name a database to a process. */
export function databaseVariables(config: DatabaseConfig): Environment {
  return config.kind === 'postgres' ? { DATABASE_URL: config.url } : { DATA_DIR: config.dataDir };
}

/** Starts `dist/main.js` on a free port and waits until it is ready. @throws Error when it ends before that */
export async function startChildService({ environment, ...options }: ChildOptions): Promise<ChildService> {
  const variables = {
    PORT: '0',
    API_KEYS: `test=${CHILD_KEY}`,
    ...TEST_TIMES,
    ...environment,
  };
  const child = await startChild(['dist/main.js'], { environment: variables, ...options });
  const [, url = ''] = await child.says(/^ready (http:\/\/\S+)$/m);
  const request = (method: string, path: string, { body, key, headers, signal }: RequestOptions = {}) =>
    fetch(url + path, {
      method,
      signal,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key ?? CHILD_KEY}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return { ...child, url, request, post: (path, body, rest) => request('POST', path, { ...rest, body }) };
}

/** Runs one of our programs to its end. */
export async function runChild(args: readonly string[], environment: Environment = {}): Promise<Ended> {
  return (await startChild(args, { environment })).ended;
}

/** Starts one of our programs: its file in the project's folder, and its arguments. */
export function startChild(
  args: readonly string[],
  { environment, isPidOne = false, launcher = [] }: ChildOptions = {},
): Promise<Child> {
  // A child starts in three quarters of the time with what V8 has compiled for the one before.
  const NODE_COMPILE_CACHE = join(runFolder(), 'compiled');
  const node = [...launcher, process.execPath, ...args];
  const [command = '', ...rest] = isPidOne ? ['unshare', '--pid', '--fork', '--kill-child', ...node] : node;
  const child = spawn(command, rest, {
    cwd: ROOT,
    // NODE_OPTIONS too stays out: those of the tests are not those of the service.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NODE_COMPILE_CACHE, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return Promise.resolve(watch(child, isPidOne));
}

function watch(child: ChildProcess, isPidOne: boolean): Child {
  const texts = { stdout: '', stderr: '', both: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]!.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
      texts.both += text;
    });
  }
  // `close`, not `exit`: only then all that it said has arrived.
  const ended = once(child, 'close').then(([code, signal]): Ended => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout: texts.stdout,
    stderr: texts.stderr,
  }));
  const kill = (signal: NodeJS.Signals = 'SIGKILL') => {
    // Until it has been waited for, its number is not given to another process.
    if (child.exitCode === null && child.signalCode === null) process.kill(pidOf(child, isPidOne), signal);
  };
  return {
    pid: child.pid!,
    ended,
    kill,
    output: () => texts.both,
    says: async (pattern) => {
      for (;;) {
        const found = pattern.exec(texts.stdout);
        if (found) return found;
        const more = once(child.stdout!, 'data').then(() => null);
        const end = await Promise.race([more, ended]);
        if (end && !pattern.test(end.stdout))
          throw new Error(`It ended (${end.code}) without that: ${texts.both}`);
      }
    },
    stop: async () => {
      kill();
      await ended;
    },
  };
}

/** The program's own number: under `unshare` it is the child of what was started. */
function pidOf({ pid }: ChildProcess, isPidOne: boolean): number {
  const children = isPidOne ? readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim() : '';
  return children === '' ? pid! : Number(children);
}
