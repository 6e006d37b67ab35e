import { setTimeout as pause } from 'node:timers/promises';
import type { ChildService } from '../support/programs/child-service.js';
import { ALL_WAYS, ask, type Asking, type Outcome, STREAMING_WAYS, type Way } from './asking.js';
import { type Fault, type Part, type RunningServer, TOO_LONG } from './real-server.js';

/** What happened: the faults found, and how long the slowest answer took. */
export interface Result {
  readonly faults: readonly string[];
  readonly ms: number;
  /** How long a killed process took to start. */
  readonly startMs?: number;
}

export interface Stage {
  readonly server: RunningServer;
  readonly service: ChildService;
}

export interface Trial {
  readonly title: string;
  /** Whether the server has what the trial needs. */
  readonly isPossible: (server: RunningServer) => boolean;
  readonly run: (stage: Stage) => Promise<Result>;
}

/** Clients of the OpenAI API know it by another word. */
const TOO_LONG_CODES: Readonly<Record<Way, string>> = {
  qa: 'context_too_long',
  stream: 'context_too_long',
  json: 'context_too_long',
  openai: 'context_length_exceeded',
  'openai-json': 'context_length_exceeded',
};

/** How soon after a stop the server must have ended its work, in ms: far less than an answer takes. */
const NOTICED_WITHIN_MS = 1_500;
const LOOK_EVERY_MS = 50;

/** How long the server is down while it is asked, in ms, before it starts again. */
const DOWN_MS = 1_000;

/** What is waited for when it depends on a server, in ms. */
const PATIENCE_MS = 30_000;

/** In the order of the table. */
export const TRIALS: readonly Trial[] = [
  { title: 'an answer, streamed and as JSON', isPossible: () => true, run: answersAll },
  { title: 'a stop by the caller ends the work of the server', isPossible: () => true, run: stops },
  faultTrial('error', 'an error in mid-answer'),
  faultTrial('cut', 'the connection behind it is cut in mid-answer'),
  {
    title: 'a prompt that is too long: `context_too_long`',
    isPossible: () => true,
    run: refusesLongPrompts,
  },
  partTrial('front', 'killed, asked, started again', whileDown),
  partTrial('front', 'killed in mid-answer, started again', inMidAnswer),
  partTrial('behind', 'what is behind it is killed, asked, started again', whileDown),
  partTrial('behind', 'what is behind it is killed in mid-answer, started again', inMidAnswer),
];

function faultTrial(fault: Fault, title: string): Trial {
  const run = async (stage: Stage): Promise<Result> => {
    const outcomes: Outcome[] = [];
    for (const way of ALL_WAYS) {
      await stage.server.plan(fault);
      outcomes.push(await ask(stage.service, way).outcome);
    }
    return judge(outcomes, stage);
  };
  return { title, isPossible: ({ faults }) => faults.includes(fault), run };
}

function partTrial(
  place: 'front' | 'behind',
  title: string,
  run: (stage: Stage, part: Part) => Promise<Result>,
): Trial {
  return {
    title,
    isPossible: (server) => server[place] !== undefined,
    run: async (stage) => {
      // A server that has never answered is not waited for: its address may be wrong.
      const first = await ask(stage.service, 'json').outcome;
      if (first.code !== undefined) return judge([first], stage);
      return run(stage, stage.server[place]!);
    },
  };
}

async function answersAll(stage: Stage): Promise<Result> {
  const outcomes: Outcome[] = [];
  for (const way of ALL_WAYS) outcomes.push(await ask(stage.service, way).outcome);
  return judge(outcomes, stage);
}

async function stops(stage: Stage): Promise<Result> {
  const faults: string[] = [];
  let ms = 0;
  for (const way of STREAMING_WAYS) {
    const { hasText, outcome } = ask(stage.service, way);
    const id = await hasText;
    await stage.service.post(`/api/chat/${id}/stop`, {});
    const { text, finishReason, receipt } = await outcome;
    // The OpenAI API has no word for it.
    const expected = way === 'openai' ? 'stop' : 'cancelled';
    if (finishReason !== expected) faults.push(`${way}: it ended with ${finishReason}`);
    if (receipt?.status !== 'cancelled') faults.push(`${way}: it is stored as ${receipt?.status}`);
    if (receipt?.text !== text) faults.push(`${way}: the reader has ${describeDifference(text, receipt)}`);
    const stoppedAt = performance.now();
    if (!(await becomes(stage, (open) => open === 0, NOTICED_WITHIN_MS)))
      faults.push(`${way}: the server goes on`);
    ms = Math.max(ms, performance.now() - stoppedAt);
  }
  return { faults, ms };
}

async function refusesLongPrompts(stage: Stage): Promise<Result> {
  await stage.server.plan('too long');
  const outcomes: Outcome[] = [];
  for (const way of ALL_WAYS) outcomes.push(await ask(stage.service, way, TOO_LONG).outcome);
  const wrong = outcomes.filter(({ way, code }) => code !== TOO_LONG_CODES[way]);
  return { faults: wrong.map(({ way, code }) => `${way}: the code is ${code}`), ms: slowest(outcomes) };
}

async function whileDown(stage: Stage, part: Part): Promise<Result> {
  await part.kill();
  const asked = ALL_WAYS.map((way) => ask(stage.service, way));
  await pause(DOWN_MS);
  return judgeAfterStart(asked, stage, part);
}

async function inMidAnswer(stage: Stage, part: Part): Promise<Result> {
  const asked = ALL_WAYS.map((way) => ask(stage.service, way));
  const streamed = asked.filter((_, index) => STREAMING_WAYS.includes(ALL_WAYS[index]!));
  await Promise.all(streamed.map(({ hasText }) => hasText));
  if (!(await becomes(stage, (open) => open === ALL_WAYS.length, PATIENCE_MS)))
    throw new Error('The server does not work at all answers at once');
  await part.kill();
  return judgeAfterStart(asked, stage, part);
}

async function judgeAfterStart(asked: readonly Asking[], stage: Stage, part: Part): Promise<Result> {
  const startedAt = performance.now();
  const starting = part.start().then(() => performance.now() - startedAt);
  const [outcomes, startMs] = await Promise.all([Promise.all(asked.map(({ outcome }) => outcome)), starting]);
  return { ...judge(outcomes, stage), startMs };
}

/** Every answer must be completed, as it is stored, and as the model means it. */
function judge(outcomes: readonly Outcome[], { server }: Stage): Result {
  return { faults: outcomes.flatMap((outcome) => faultsOf(outcome, server.text)), ms: slowest(outcomes) };
}

function faultsOf({ way, text, code, finishReason, receipt }: Outcome, expected?: string): string[] {
  if (code !== undefined) return [`${way}: it failed with ${code}`];
  if (text === '') return [`${way}: it has no text`];
  const faults: string[] = [];
  if (finishReason !== 'stop' && finishReason !== 'length') faults.push(`it ended with ${finishReason}`);
  if (receipt?.status !== 'completed') faults.push(`it is stored as ${receipt?.status}`);
  if (receipt?.text !== text) faults.push(`the reader has ${describeDifference(text, receipt)}`);
  if (expected !== undefined && text !== expected)
    faults.push(`of ${expected.length} characters it has ${text.length}`);
  return faults.map((fault) => `${way}: ${fault}`);
}

function describeDifference(text: string, receipt: Outcome['receipt']): string {
  return `${text.length} characters, of ${receipt?.text.length} that are stored`;
}

function slowest(outcomes: readonly Outcome[]): number {
  return Math.max(...outcomes.map(({ ms }) => ms));
}

/** Whether the number of answers that the server works at becomes so, within `ms`. */
async function becomes(
  { server }: Stage,
  isReached: (open: number) => boolean,
  ms: number,
): Promise<boolean> {
  const endsAt = performance.now() + ms;
  while (!isReached(await server.countAnswers())) {
    if (performance.now() > endsAt) return false;
    await pause(LOOK_EVERY_MS);
  }
  return true;
}
