import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { run } from '../clients/command.js';
import { CAPABILITIES, type Capability, type Report, TOOL_RESULT } from './capabilities.js';
import type { Client } from './client.js';
import type { Installed } from './installing.js';
import { MODEL } from './model/conversation.js';
import type { FakeModel } from './model/fake-model.js';
import { IMAGE } from './model/image-size.js';

/** Longest time from a stop by the client to the end of the model's work, in ms. */
const LONGEST_STOP_MS = 2_000;
const LOOK_EVERY_MS = 50;

/** True, or why not, by the name of the capability. */
export type Verdicts = ReadonlyMap<string, true | string>;

/** What the client talks to, and the model behind it. */
export interface Target {
  readonly baseUrl: string;
  readonly key: string;
  readonly model: FakeModel;
}

/** One run of a client's program. */
export interface Trial {
  readonly client: Client;
  readonly variant: string;
  readonly installed: Installed;
  readonly target: Target;
  /** The capabilities to try, by name; empty: all that the client has. */
  readonly only: readonly string[];
}

/** Runs the program of a client with all capabilities that it has. @returns a verdict for each of them */
export async function play(trial: Trial): Promise<Verdicts> {
  const wanted = CAPABILITIES.filter(
    ({ name }) =>
      reasonWithout(trial, name) === undefined && (trial.only.length === 0 || trial.only.includes(name)),
  );
  const verdicts = new Map<string, Promise<true | string>>();
  const read = (line: string) => {
    const report = line.startsWith('@@ ') ? (JSON.parse(line.slice(3)) as Report) : undefined;
    const capability = wanted.find(({ name }) => name === report?.capability);
    if (report && capability) verdicts.set(capability.name, judge(trial, capability, report));
  };
  const home = await mkdtemp(join(tmpdir(), 'llm-chat-ecosystem-'));
  const { folder, command } = trial.installed;
  const ended = await run(
    { ...command, cwd: folder, env: environmentOf(trial, { wanted, home }) },
    read,
  ).then(
    () => 'its program did not report it',
    (error: unknown) => (error as Error).message,
  );
  await rm(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  const all = wanted.map(async ({ name }) => [name, (await verdicts.get(name)) ?? ended] as const);
  return new Map(await Promise.all(all));
}

/** Why the client is not asked for a capability; undefined: it is. */
export function reasonWithout(
  { client, variant }: Pick<Trial, 'client' | 'variant'>,
  capability: string,
): Client['without'][string] | undefined {
  return client.without[`${variant}/${capability}`] ?? client.without[capability];
}

function environmentOf(
  trial: Trial,
  { wanted, home }: { wanted: readonly Capability[]; home: string },
): Record<string, string> {
  const questions = wanted.map(({ name, question }) => [name, `${question} #${tagOf(trial, name)}#`]);
  return {
    // A client must not find the settings of another one, or those of the person who runs this.
    HOME: home,
    NO_PROXY: '127.0.0.1,localhost',
    BASE_URL: trial.target.baseUrl,
    API_KEY: trial.target.key,
    MODEL,
    VARIANT: trial.variant,
    IMAGE,
    TOOL_RESULT,
    // With the name of a capability: whether the model works at its answer.
    BEGUN_URL: trial.target.model.begunUrl(tagOf(trial, '')),
    QUESTIONS: JSON.stringify(Object.fromEntries(questions)),
  };
}

/** Is in the question, so that the model server knows whose request it has. */
function tagOf({ client, variant }: Trial, capability: string): string {
  return [client.id, variant, capability].filter((part) => part !== '').join('.');
}

async function judge(trial: Trial, capability: Capability, report: Report): Promise<true | string> {
  const verdict = capability.judge(report);
  return verdict === true && capability.name === 'stop' ? judgeStop(trial, performance.now()) : verdict;
}

/** @param stoppedAt when the client had closed its answer */
async function judgeStop(trial: Trial, stoppedAt: number): Promise<true | string> {
  const tag = tagOf(trial, 'stop');
  const heard = trial.target.model.heard.findLast((one) => one.tag === tag && one.reply.kind === 'slow');
  if (!heard) return 'the model server got no such question';
  while (performance.now() - stoppedAt <= LONGEST_STOP_MS) {
    if (heard.abortedAt !== undefined) return true;
    await pause(LOOK_EVERY_MS);
  }
  return `the model still generated ${LONGEST_STOP_MS / 1_000} s after the stop`;
}
