/**
 * What a newcomer does who has one of the READMEs and a PostgreSQL: the commands of its section on PostgreSQL in their
 * order, in a fresh copy of the repository with an empty environment, up to a key that is answered with. The URL is
 * that of a real server, and the port a free one; everything else is as the README has it.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgresServer } from '../support/database/database.server.js';
import { freePort } from '../support/programs/free-port.js';

const ROOT = join(import.meta.dirname, '..', '..');
const START_TIMEOUT_MS = 120_000;
const README_URL = 'postgres://user:password@127.0.0.1:5432/llm_chat';
const README_ADDRESS = 'http://127.0.0.1:3000';

interface Newcomer {
  readonly folder: string;
  readonly port: number;
  readonly environment: NodeJS.ProcessEnv;
}

/** The shell blocks of a README, in order. */
function blocksOf(readme: string): string[] {
  const text = readFileSync(join(ROOT, readme), 'utf8');
  return Array.from(text.matchAll(/^```sh\n([\s\S]+?)^```$/gm), ([, block = '']) => block);
}

function find(blocks: readonly string[], part: string): string {
  const block = blocks.find((candidate) => candidate.includes(part));
  if (block === undefined) throw new Error(`The README has no command with ${part}`);
  return block;
}

/** @returns what it prints up to `ready`, and how to end it */
async function start(command: string, { folder, environment }: Newcomer) {
  const child = spawn('bash', ['-ec', command], {
    cwd: folder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: npm does not pass every signal on.
    detached: true,
  });
  let printed = '';
  const ready = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
      if (/^ready http/m.test(printed)) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(`It ended:\n${printed}`)));
    setTimeout(() => reject(new Error(`Not ready in time:\n${printed}`)), START_TIMEOUT_MS).unref();
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-child.pid!, 'SIGTERM');
    await once(child, 'exit');
  };
  await ready.catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { printed, stop };
}

function run(command: string, { folder, environment }: Newcomer): string {
  const { status, stdout, stderr } = spawnSync('bash', ['-ec', command], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command} ended with ${status}:\n${stdout}${stderr}`);
  return stdout + stderr;
}

function expectPart(text: string, part: string | RegExp): void {
  const isThere = typeof part === 'string' ? text.includes(part) : part.test(text);
  if (!isThere) throw new Error(`"${part}" is not in:\n${text}`);
}

async function follow(readme: string, url: string, newcomer: Newcomer): Promise<void> {
  const blocks = blocksOf(readme);
  const { host, pathname } = new URL(url);
  const service = await start(find(blocks, README_URL).replace(README_URL, url), newcomer);
  try {
    expectPart(service.printed, `Database: PostgreSQL at ${host}${pathname}`);
    expectPart(service.printed, 'There is no key yet');
    const added = run(find(blocks, 'npm run client:add -- my-team\n'), newcomer);
    expectPart(added, `Database: PostgreSQL at ${host}${pathname}`);
    const [key] = /llmchat_[\w-]{43}/.exec(added) ?? [];
    const ask = find(blocks, '"stream":false').replace(README_ADDRESS, `http://127.0.0.1:${newcomer.port}`);
    expectPart(run(`KEY=${key}\n${ask}`, newcomer), /^\{"text":".+"finish_reason":"stop"/m);
  } finally {
    await service.stop();
    rmSync(join(newcomer.folder, '.env'));
  }
  console.log(`${readme} leads to a key that is answered with`);
}

/** A copy of what is committed, with the packages that npm ci has installed here. */
function clone(folder: string): void {
  execFileSync('git', ['clone', '--quiet', ROOT, folder]);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}

const temporary = mkdtempSync(join(tmpdir(), 'llm-chat-newcomer-'));
const server = await startPostgresServer();
try {
  const folder = join(temporary, 'llm-chat-service');
  clone(folder);
  for (const [index, readme] of ['README.md', 'README.zh-CN.md'].entries()) {
    const url = new URL(server.url);
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query(`CREATE DATABASE newcomer_${index}`);
    await client.end();
    url.pathname = `/newcomer_${index}`;
    const port = await freePort();
    const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: temporary, PORT: String(port) };
    await follow(readme, url.href, { folder, port, environment });
  }
} finally {
  await server.stop();
  rmSync(temporary, { recursive: true, force: true });
}
