import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CORE, saying, startChild } from './child-process.js';
import { fillConversations } from './database/fill-conversations.js';
import type { Asking, BenchStage, Started, Target } from './target.js';

const API_KEY = 'bench-0123456789abcdef0123456789abcdef';
const headers = { authorization: `Bearer ${API_KEY}` };

/** So that no round of history is left out for want of room. */
const CONTEXT_TOKENS = '10000000';

let started = 0;

function conversation(stream: boolean): Asking {
  const body = JSON.stringify({ query: '{question}', stream });
  return { path: '/chat', headers, body, ending: '"finish_reason":"stop"' };
}

const conversationOf = (rounds: number): Asking => ({
  ...conversation(true),
  body: JSON.stringify({
    query: '{question}',
    stream: true,
    conversation_id: 'bench-{slot}',
    history_len: rounds,
  }),
});

function qa(history: readonly (readonly [string, string])[] = []): Asking {
  const body = JSON.stringify({ question: '{question}', uid: '00000000-0000-4000-8000-{n}', history });
  return { path: '/api/chat', headers, body, ending: '[DONE]' };
}

function chunks(stream: boolean): Asking {
  const messages = [{ role: 'user', content: '{question}' }];
  const body = JSON.stringify({ model: 'bench', stream, messages });
  return { path: '/v1/chat/completions', headers, body, ending: stream ? '[DONE]' : '}' };
}

/** Starts the built service on its own, with the event log, as it always is. */
export async function startService(
  stage: BenchStage,
  database: Readonly<Record<string, string>>,
): Promise<Started> {
  const { workspace, modelPort, profileFolder, wastedMicroseconds = 0 } = stage;
  const profile = profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : [];
  const waste = wastedMicroseconds > 0 ? ['--import', join(import.meta.dirname, 'waste.mjs')] : [];
  const child = startChild(workspace, {
    name: `service-${++started}`,
    core: CORE.target,
    command: [process.execPath, ...profile, ...waste, 'dist/main.js'],
    cwd: workspace.path('service'),
    environment: {
      ...database,
      PORT: '0',
      API_KEYS: `bench=${API_KEY}`,
      LLM_BASE_URL: `http://127.0.0.1:${modelPort}/v1`,
      LLM_MODEL: 'bench',
      LLM_CONTEXT_TOKENS: CONTEXT_TOKENS,
      BENCH_WASTED_MICROSECONDS: String(wastedMicroseconds),
    },
  });
  const [, port] = await saying(child, /ready http:\/\/[^\s:]+:(\d+)/);
  return { port: Number(port), child, databaseUrl: database['DATABASE_URL'] };
}

function onPostgres(
  name: string,
  rest: Pick<Target, 'streaming' | 'short' | 'withHistory' | 'maxRounds'>,
): Target {
  return {
    name: `${name}, PostgreSQL`,
    ...rest,
    hasMemoryBound: true,
    missing: () => null,
    start: async (stage) => startService(stage, { DATABASE_URL: await stage.makeDatabase() }),
  };
}

function onEmbedded(name: string, rest: Pick<Target, 'streaming' | 'short'>): Target {
  return {
    name: `${name}, embedded`,
    ...rest,
    missing: () => null,
    start: async (stage) => {
      const folder = stage.workspace.path(`data-${started}`);
      mkdirSync(folder);
      return startService(stage, { DATA_DIR: folder });
    },
  };
}

const variantA = { streaming: conversation(true), short: conversation(false) };
const variantB = { streaming: qa() };

const round = ['How long does this take?', 'As long as it takes to say everything, and no longer.'] as const;

/** The variants, on a real PostgreSQL and on the embedded database. */
export const serviceTargets: readonly Target[] = [
  onPostgres('A', {
    ...variantA,
    withHistory: async ({ databaseUrl = '' }, rounds) => {
      await fillConversations(databaseUrl, rounds, round);
      return conversationOf(rounds);
    },
  }),
  onPostgres('B', {
    ...variantB,
    maxRounds: 500,
    withHistory: (_started, rounds) => Promise.resolve(qa(Array.from({ length: rounds }, () => round))),
  }),
  onPostgres('OpenAI', { streaming: chunks(true), short: chunks(false) }),
  onEmbedded('A', variantA),
  onEmbedded('B', variantB),
];
