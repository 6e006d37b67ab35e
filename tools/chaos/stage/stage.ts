import { writeFileSync } from 'node:fs';
import type { History } from '../history.js';
import { API_KEY, MAX_RETRIES, TIMES } from '../settings.js';
import { startModel } from './model-process.js';
import { startNginx } from './nginx.js';
import { CrashingPostgres } from './postgres.js';
import { Replica } from './replica.js';
import type { Workspace } from './workspace.js';
import { freePort } from '../../../test/support/programs/free-port.js';

export interface StageOptions {
  readonly seed: string;
  readonly modelFaultShare: number;
  readonly postgresSettings: readonly string[];
  readonly callsFile: string;
}

/** Everything that a run is made on: two replicas behind nginx, one PostgreSQL, one model server. */
export interface Stage {
  readonly url: string;
  readonly replicas: readonly Replica[];
  readonly postgres: CrashingPostgres;
  close(): Promise<void>;
}

export async function setUpStage(
  workspace: Workspace,
  history: History,
  { postgresSettings, seed, modelFaultShare, callsFile }: StageOptions,
): Promise<Stage> {
  const postgres = await CrashingPostgres.start(postgresSettings);
  const replicas: Replica[] = [];
  const close = async () => {
    await Promise.all(replicas.map((replica) => replica.close()));
    await postgres.stop();
  };
  try {
    const modelUrl = await startModel(workspace, { seed, faultShare: modelFaultShare, callsFile });
    const environment = environmentOf(workspace, postgres.url, modelUrl);
    const folder = workspace.copyBuild();
    const ports = [await freePort(), await freePort()];
    for (const [index, port] of ports.entries())
      replicas.push(
        new Replica(workspace, history, { name: `replica-${index + 1}`, port, folder, environment }),
      );
    const [url] = await Promise.all([
      startNginx(workspace, ports),
      ...replicas.map((replica) => replica.start()),
    ]);
    // The schema is no part of what the control is to lose.
    await postgres.checkpoint();
    return { url, replicas, postgres, close };
  } catch (error) {
    workspace.keep();
    await close();
    throw error;
  }
}

/** The names of the two models that callers can choose, the default one first. */
export const MODEL_NAMES = ['instructed', 'prefilled'] as const;

function environmentOf(workspace: Workspace, databaseUrl: string, modelUrl: string): Record<string, string> {
  const targets = ['first', 'second'].map((model) => ({ base_url: modelUrl, model }));
  const [instructed, prefilled] = MODEL_NAMES;
  const models = [
    { name: instructed, targets },
    { name: prefilled, targets, continuation: 'prefill', prefill_flags: 'vllm' },
  ];
  const file = workspace.path('models.json');
  writeFileSync(file, JSON.stringify({ models }));
  return {
    DATABASE_URL: databaseUrl,
    DATABASE_CONNECT_TIMEOUT_MS: '2000',
    API_KEYS: `chaos=${API_KEY}`,
    LLM_MODELS_FILE: file,
    LLM_MAX_RETRIES: String(MAX_RETRIES),
    LLM_FIRST_TOKEN_TIMEOUT_MS: String(TIMES.firstTokenMs),
    LLM_IDLE_TIMEOUT_MS: String(TIMES.idleMs),
    LLM_TOTAL_TIMEOUT_MS: String(TIMES.answerMs),
    HEARTBEAT_INTERVAL_MS: String(TIMES.heartbeatMs),
    DISCONNECT_GRACE_MS: String(TIMES.disconnectGraceMs),
    DRAIN_TIMEOUT_MS: String(TIMES.drainMs),
    TURN_LEASE_MS: String(TIMES.leaseMs),
    BREAK_MIN_CHARS: '120',
    BREAK_AFTER_MS: '3000',
    TRUST_PROXY: '1',
    SWAGGER_UI: 'off',
    LOG_LEVEL: 'log',
  };
}
