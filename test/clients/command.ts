import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program and what it is called with. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Beside {@link INHERITED}. */
  readonly env?: Readonly<Record<string, string>>;
  /** In place of {@link LONGEST_MS}, for a compiler that needs minutes. */
  readonly longestMs?: number;
}

/** What a tool needs to find its caches, and the registries that this machine is configured for. */
const INHERITED =
  /^(?:PATH|HOME|TMPDIR|LANG|LC_ALL|JAVA_HOME|(?:https?|no)_proxy|PIP_.*|GO[A-Z]+|SSL_CERT_.*|NODE_EXTRA_CA_CERTS)$/i;

/** Longest wait for one command, in ms: a client that asks for ever must not keep the run from its end. */
const LONGEST_MS = 300_000;

/**
 * Runs a command to its end.
 * @param onLine gets each line of its standard output as it comes
 * @returns its standard output
 * @throws Error with the end of what it wrote when it fails
 */
export async function run(
  { command, args, cwd, env, longestMs = LONGEST_MS }: Command,
  onLine?: (line: string) => void,
): Promise<string> {
  const inherited = Object.entries(process.env).filter(([name]) => INHERITED.test(name));
  const child = spawn(command, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: longestMs,
    killSignal: 'SIGKILL',
  });
  const written = { stdout: '', all: '' };
  createInterface({ input: child.stdout }).on('line', (line) => {
    written.stdout += `${line}\n`;
    written.all += `${line}\n`;
    onLine?.(line);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.all += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code === 0) return written.stdout;
  throw new Error(`${command} ended with ${code ?? signal}:\n${written.all.trim().slice(-4_000)}`);
}

/** Whether `command` can be run and says that all is well. */
export async function works(command: string, ...args: readonly string[]): Promise<boolean> {
  return run({ command, args, cwd: '/' }).then(
    () => true,
    () => false,
  );
}
