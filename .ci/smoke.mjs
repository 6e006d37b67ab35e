/**
 * The way of a newcomer: `npm start` on an empty data folder, then the printed curl lines, unchanged.
 * Each must stream a complete answer whose first source is the right one. Runs on Node 20.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { promisify } from 'node:util';

const START_TIMEOUT_MS = 120_000;
const ANSWER_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 15_000;

/** Which page of the guide answers which printed question. */
const RIGHT_SOURCES = [
  { question: 'How do I send feedback?', source: 'docs/guide/en/feedback.md' },
  { question: '如何提交反馈？', source: 'docs/guide/zh/feedback.md' },
];

const run = promisify(execFile);

/** @returns what the service printed until it was ready */
function untilReady(service) {
  return new Promise((resolve, reject) => {
    let printed = '';
    const timeout = setTimeout(() => reject(new Error(`Not ready in time:\n${printed}`)), START_TIMEOUT_MS);
    const read = (chunk) => {
      printed += chunk;
      if (!/^ready http/m.test(printed)) return;
      clearTimeout(timeout);
      resolve(printed);
    };
    service.stdout.on('data', read);
    service.stderr.on('data', read);
    service.once('exit', (code) => {
      clearTimeout(timeout);
      reject(new Error(`npm start ended with ${code}:\n${printed}`));
    });
  });
}

/** The printed command that asks `question`, with its continued line. */
function findCurl(printed, question) {
  const commands = printed.match(/^ +curl .*\\\n.*$/gm) ?? [];
  const command = commands.find((text) => text.includes(question));
  if (command === undefined) throw new Error(`No printed curl line asks "${question}":\n${printed}`);
  return command;
}

async function ask(printed, { question, source }) {
  const { stdout } = await run('bash', ['-c', findCurl(printed, question)], { timeout: ANSWER_TIMEOUT_MS });
  const frames = [...stdout.matchAll(/^data: (.*)$/gm)].map(([, data]) => data);
  if (frames.at(-1) !== '[DONE]') throw new Error(`"${question}" was not answered to the end:\n${stdout}`);
  const events = frames.slice(0, -1).map((data) => JSON.parse(data));
  const first = events.find((event) => event.sourceDocs)?.sourceDocs[0]?.metadata.source;
  const text = events.map((event) => event.data ?? '').join('');
  if (!first?.startsWith(source))
    throw new Error(`"${question}" was answered from ${first}, not from ${source}`);
  if (!text.includes('/api/feedback')) throw new Error(`"${question}" has another answer:\n${text}`);
  console.log(`"${question}" was answered from ${first}`);
}

/** By the client that `npm start` has built: it has to run on this Node too. */
async function askByClient(printed) {
  const [, key] = /^ +([a-z]+_[\w-]{43})$/m.exec(printed) ?? [];
  const [, baseUrl] = /^ready (\S+)$/m.exec(printed) ?? [];
  const { createChatClient } = await import('../clients/typescript/dist/chat-client.js');
  const { question, source } = RIGHT_SOURCES[0];
  const answer = await createChatClient({ baseUrl, key }).ask({
    question,
    uid: 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935',
  });
  if (!answer.sources[0]?.metadata.source.startsWith(source) || answer.finishReason !== 'stop')
    throw new Error(`The TypeScript client has another answer: ${JSON.stringify(answer)}`);
  console.log(`The TypeScript client has the answer too, on Node ${process.version}`);
}

/** The complete group: npm and the shell between it and the service do not all pass a signal on. */
async function stop(service) {
  if (service.exitCode !== null || service.signalCode !== null) return;
  const ended = once(service, 'exit');
  process.kill(-service.pid, 'SIGTERM');
  const force = setTimeout(() => process.kill(-service.pid, 'SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(force);
}

/** By the Node.js of this machine, without npm: an older one than the service needs is refused in a sentence. */
async function runByOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 19)) return;
  const { stderr = '', code } = await run(process.execPath, ['dist/main.js']).catch((error) => error);
  if (code !== 1 || !/^This service needs Node\.js 22\.19 or later, .*\n$/.test(stderr))
    throw new Error(`On Node ${process.version} it ended with ${code}:\n${stderr}`);
  console.log(`Node ${process.version} is refused in a sentence`);
}

const folder = await mkdtemp(join(tmpdir(), 'llm-chat-smoke-'));
// Empty counts as not set: the service must come up by itself, whatever this machine has in its environment.
const unset = Object.fromEntries(
  ['DATABASE_URL', 'LLM_BASE_URL', 'LLM_MODEL', 'LLM_MODELS_FILE'].map((name) => [name, '']),
);
const service = spawn('npm', ['start'], {
  env: { ...process.env, ...unset, DATA_DIR: join(folder, 'data'), PORT: '0' },
  stdio: ['ignore', 'pipe', 'pipe'],
  detached: true,
});
try {
  const startedAt = Date.now();
  const printed = await untilReady(service);
  console.log(`Ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  for (const expected of RIGHT_SOURCES) await ask(printed, expected);
  await askByClient(printed);
  await runByOldNode();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await stop(service);
  await rm(folder, { recursive: true, force: true });
}
