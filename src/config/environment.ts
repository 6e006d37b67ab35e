import { z } from 'zod';
import { StartError } from '../common/errors/start-error.js';
import type {
  AppConfig,
  ContinuationConfig,
  DatabaseConfig,
  ModelConfig,
  TargetConfig,
} from './app-config.js';
import { apiKeys } from './configured-keys.js';
import { databaseUrl } from './database-url.js';
import type { Environment } from './environment-variables.js';
import { givenVariables } from './given-variables.js';
import { isOrigin, isTrustProxy, proxyUrl, toProxyConfig, withProxies } from './http-rules.js';
import { list } from './list-of-values.js';
import {
  acceptedKinds,
  continuationMode,
  DEFAULT_CONTEXT_TOKENS,
  embeddingBaseUrl,
  findApiKeyFault,
  findPrefillFault,
  modelBaseUrl,
  modelName,
  prefillFlags,
  readEmbeddingModel,
  thinkingTags,
  toBaseUrl,
  toContinuation,
} from './models/model-rules.js';
import { readModelsFile } from './models/models-file.js';
import { withSecretsOfFiles } from './secret-files.js';

export type { Environment };

/** Every fault of the environment at once. No message repeats a value: it may be a secret. */
export class ConfigurationError extends StartError {
  constructor(readonly faults: readonly string[]) {
    super(`The configuration is not valid:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

const optionalMilliseconds = z
  .string()
  .regex(/^\d+$/, 'must be a whole number of milliseconds')
  .transform(Number)
  .refine((value) => value <= 86_400_000, 'must be at most 86400000 (one day)')
  .optional();

const milliseconds = (fallback: number) => optionalMilliseconds.unwrap().default(fallback);

/** As {@link milliseconds}, but 0 would mean "stop at once". */
const positiveMilliseconds = (fallback: number) =>
  milliseconds(fallback).refine((value) => value > 0, 'must be at least 1');

const wholeNumber = (fallback: number, { min, max }: { min: number; max: number }) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`)
    .default(fallback);

const apiKey = z
  .string()
  .superRefine((key, context) => {
    const message = findApiKeyFault(key);
    if (message !== null) context.addIssue({ code: 'custom', message });
  })
  .optional();

const onOrOff = z.enum(['on', 'off'], 'must be on or off').default('on');

const DEFAULT_DATA_DIR = './data';

/**
 * For a server that has answered before. Where it is not said, a server that has never answered is not waited for: in the
 * first hour its address may be wrong, and a caller must not learn that after a minute.
 */
const DEFAULT_RECOVERY_WAIT_MS = 60_000;

/** The names callers of the configuration rely on; `.env.example` lists the same. */
export const environmentSchema = z.object({
  NODE_ENV: z.string().default(''),
  HOST: z.string().default('127.0.0.1'),
  PORT: wholeNumber(3000, { min: 0, max: 65_535 }),
  CORS_ORIGINS: list.refine(
    (entries) => entries.every(isOrigin),
    'must be origins such as https://chat.example.com, without a path, separated by commas',
  ),
  TRUST_PROXY: z
    .string()
    .refine(isTrustProxy, 'must be a number of proxies, or addresses separated by commas')
    .default(''),
  PUBLIC_URL: z
    .string()
    .refine(
      (value) => URL.canParse(value) && /^https?:\/\/.*[^"'`]$/.test(value),
      'must be a URL that starts with http:// or https://, without quotes',
    )
    .optional(),
  HSTS_MAX_AGE: wholeNumber(0, { min: 0, max: 63_072_000 }),
  BODY_LIMIT_BYTES: wholeNumber(1_048_576, { min: 1_024, max: 104_857_600 }),
  SWAGGER_UI: onOrOff,
  PLAYGROUND: onOrOff,
  LOG_LEVEL: z
    .enum(
      ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'],
      'must be verbose, debug, log, warn, error or fatal',
    )
    .default('log'),

  DATABASE: z.enum(['embedded', 'postgres'], 'must be embedded or postgres').optional(),
  DATABASE_URL: databaseUrl.optional(),
  DATABASE_URL_FILE: z.string().optional(),
  DATABASE_POOL_SIZE: wholeNumber(10, { min: 1, max: 1_000 }),
  DATABASE_CONNECT_TIMEOUT_MS: positiveMilliseconds(5_000),
  DATABASE_STATEMENT_TIMEOUT_MS: positiveMilliseconds(15_000),
  DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS: positiveMilliseconds(15_000),
  DATA_DIR: z.string().default(DEFAULT_DATA_DIR),

  API_KEYS: apiKeys,
  API_KEYS_FILE: z.string().optional(),
  CLIENT_SHARE_PERCENT: wholeNumber(50, { min: 1, max: 100 }),

  LLM_BASE_URL: modelBaseUrl.optional(),
  LLM_API_KEY: apiKey,
  LLM_API_KEY_FILE: z.string().optional(),
  LLM_MODEL: modelName.optional(),
  LLM_CONTEXT_TOKENS: wholeNumber(DEFAULT_CONTEXT_TOKENS, { min: 256, max: 100_000_000 }).unwrap().optional(),
  LLM_ACCEPTS: acceptedKinds.optional(),
  LLM_CONTINUATION: continuationMode,
  LLM_PREFILL_FLAGS: prefillFlags,
  LLM_THINKING: thinkingTags.default('auto'),
  LLM_MODELS_FILE: z.string().optional(),
  LLM_CONNECT_TIMEOUT_MS: positiveMilliseconds(3_000),
  LLM_FIRST_TOKEN_TIMEOUT_MS: positiveMilliseconds(120_000),
  LLM_IDLE_TIMEOUT_MS: positiveMilliseconds(20_000),
  LLM_TOTAL_TIMEOUT_MS: positiveMilliseconds(300_000),
  LLM_MAX_RETRIES: wholeNumber(2, { min: 0, max: 10 }),
  LLM_RECOVERY_WAIT_MS: optionalMilliseconds,
  HTTP_PROXY: proxyUrl.optional(),
  HTTPS_PROXY: proxyUrl.optional(),
  NO_PROXY: z.string().default(''),
  LLM_MAX_IN_FLIGHT: wholeNumber(4_000, { min: 1, max: 100_000 }),

  EMBEDDING_BASE_URL: embeddingBaseUrl.optional(),
  EMBEDDING_API_KEY: apiKey,
  EMBEDDING_API_KEY_FILE: z.string().optional(),
  EMBEDDING_MODEL: modelName.optional(),

  HEARTBEAT_INTERVAL_MS: positiveMilliseconds(10_000),
  STATUS_WAIT_MS: milliseconds(5_000),
  DISCONNECT_GRACE_MS: milliseconds(60_000),
  CONVERSATION_WAIT_MS: milliseconds(10_000),
  REPEAT_WINDOW_MS: milliseconds(3_000),
  DRAIN_TIMEOUT_MS: milliseconds(30_000),
  TURN_LEASE_MS: wholeNumber(30_000, { min: 1_000, max: 3_600_000 }),
  BREAK_MIN_CHARS: wholeNumber(600, { min: 0, max: 100_000 }),
  BREAK_AFTER_MS: positiveMilliseconds(15_000),
});

type Parsed = z.infer<typeof environmentSchema>;

/**
 * Reads the complete configuration from `environment`; a variable that is set but empty counts as not set.
 * @throws ConfigurationError with every fault, each by the name of its variable.
 */
export function parseEnvironment(environment: Environment): AppConfig {
  const faults: string[] = [];
  const given = withSecretsOfFiles(withProxies(givenVariables(environment, faults)), faults);
  const result = environmentSchema.safeParse(given);
  if (!result.success)
    faults.push(...result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  const contradiction = findDatabaseContradiction(given);
  if (contradiction !== null) faults.push(contradiction);
  const models = readModels(given, faults);
  const embedding = readEmbeddingModel(given, faults);
  if (!result.success || faults.length > 0) throw new ConfigurationError(faults);
  return toAppConfig(result.data, models, embedding);
}

/** The image sets `DATABASE=postgres`: there an embedded database would be lost with its container. */
function findDatabaseContradiction({ DATABASE: kind, ...given }: Environment): string | null {
  const isUrlGiven = given['DATABASE_URL'] !== undefined || given['DATABASE_URL_FILE'] !== undefined;
  if (kind === 'postgres' && !isUrlGiven)
    return (
      'DATABASE_URL: is needed where DATABASE is postgres, as in the container image. DATABASE=embedded chooses ' +
      'the embedded database instead, which is lost with its container unless /data is a volume'
    );
  if (kind === 'embedded' && isUrlGiven) return 'DATABASE: cannot be embedded when DATABASE_URL is given';
  return null;
}

/** Models from the file or from the three variables; what is wrong with them is added to `faults`. */
function readModels(given: Environment, faults: string[]): ModelConfig[] {
  const { LLM_BASE_URL: baseUrl, LLM_MODEL: name, LLM_MODELS_FILE: file } = given;
  if (file !== undefined) {
    for (const other of ['LLM_BASE_URL', 'LLM_MODEL']) {
      if (given[other] !== undefined) faults.push(`LLM_MODELS_FILE: cannot be given together with ${other}`);
    }
    return readModelsFile(file, given, faults);
  }
  if (baseUrl === undefined && name !== undefined)
    faults.push('LLM_BASE_URL: is needed when LLM_MODEL is given');
  if (baseUrl !== undefined && name === undefined)
    faults.push('LLM_MODEL: is needed when LLM_BASE_URL is given');
  if (baseUrl === undefined || name === undefined) return [];
  const target = { baseUrl: toBaseUrl(baseUrl), model: name, apiKey: given['LLM_API_KEY'] };
  const contextTokens = Number(given['LLM_CONTEXT_TOKENS'] ?? DEFAULT_CONTEXT_TOKENS);
  const continuation = readContinuation(given, faults);
  // What is none of the words is a fault that the schema has reported.
  const { data: thinking } = thinkingTags.optional().safeParse(given['LLM_THINKING']);
  return [
    { name, targets: [target], contextTokens, ...readLimits(given), continuation, thinking, defaults: {} },
  ];
}

/** What the operator says that a request may have; what is no list of kinds is a fault that the schema has reported. */
function readLimits(given: Environment): Pick<ModelConfig, 'hasWindow' | 'accepts'> {
  const { data: accepts } = acceptedKinds.optional().safeParse(given['LLM_ACCEPTS']);
  const hasWindow = given['LLM_CONTEXT_TOKENS'] !== undefined;
  return { ...(hasWindow && { hasWindow }), ...(accepts && { accepts }) };
}

/** What is no mode and no flags is a fault that the schema has reported. */
function readContinuation(given: Environment, faults: string[]): ContinuationConfig {
  const { data: mode = 'instruct' } = continuationMode.safeParse(given['LLM_CONTINUATION']);
  const { data: flags = 'none' } = prefillFlags.safeParse(given['LLM_PREFILL_FLAGS']);
  const fault = findPrefillFault(mode, flags);
  if (fault !== null) faults.push(`LLM_PREFILL_FLAGS: ${fault}`);
  return toContinuation(mode, flags);
}

function toAppConfig(
  env: Parsed,
  models: readonly ModelConfig[],
  embedding: TargetConfig | undefined,
): AppConfig {
  return {
    http: {
      host: env.HOST,
      port: env.PORT,
      corsOrigins: env.CORS_ORIGINS,
      trustProxy: env.TRUST_PROXY,
      publicUrl: env.PUBLIC_URL ?? '',
      hstsMaxAgeS: env.HSTS_MAX_AGE,
      bodyLimitBytes: env.BODY_LIMIT_BYTES,
      swaggerUi: env.SWAGGER_UI === 'on',
      playground: env.PLAYGROUND === 'on',
    },
    database: toDatabaseConfig(env),
    auth: { apiKeys: env.API_KEYS },
    llm: {
      models,
      ...(embedding !== undefined && { embedding }),
      ...(env.LLM_MODELS_FILE !== undefined && { hasModelsFile: true }),
      connectTimeoutMs: env.LLM_CONNECT_TIMEOUT_MS,
      firstTokenTimeoutMs: env.LLM_FIRST_TOKEN_TIMEOUT_MS,
      idleTimeoutMs: env.LLM_IDLE_TIMEOUT_MS,
      totalTimeoutMs: env.LLM_TOTAL_TIMEOUT_MS,
      maxRetries: env.LLM_MAX_RETRIES,
      recoveryWaitMs: env.LLM_RECOVERY_WAIT_MS ?? DEFAULT_RECOVERY_WAIT_MS,
      firstRecoveryWaitMs: env.LLM_RECOVERY_WAIT_MS ?? 0,
      maxInFlight: env.LLM_MAX_IN_FLIGHT,
      proxy: toProxyConfig(env),
    },
    turn: {
      heartbeatIntervalMs: env.HEARTBEAT_INTERVAL_MS,
      statusWaitMs: env.STATUS_WAIT_MS,
      disconnectGraceMs: env.DISCONNECT_GRACE_MS,
      conversationWaitMs: env.CONVERSATION_WAIT_MS,
      repeatWindowMs: env.REPEAT_WINDOW_MS,
      drainTimeoutMs: env.DRAIN_TIMEOUT_MS,
      leaseMs: env.TURN_LEASE_MS,
      breakMinChars: env.BREAK_MIN_CHARS,
      breakAfterMs: env.BREAK_AFTER_MS,
    },
    clientSharePercent: env.CLIENT_SHARE_PERCENT,
    isProduction: env.NODE_ENV === 'production',
    logLevel: env.LOG_LEVEL,
  };
}

function toDatabaseConfig(env: Parsed): DatabaseConfig {
  if (env.DATABASE_URL === undefined) {
    const isDefault = env.DATABASE === undefined && env.DATA_DIR === DEFAULT_DATA_DIR;
    return { kind: 'embedded', dataDir: env.DATA_DIR, ...(isDefault && { isDefault }) };
  }
  return {
    kind: 'postgres',
    url: env.DATABASE_URL,
    poolSize: env.DATABASE_POOL_SIZE,
    connectTimeoutMs: env.DATABASE_CONNECT_TIMEOUT_MS,
    statementTimeoutMs: env.DATABASE_STATEMENT_TIMEOUT_MS,
    idleInTransactionTimeoutMs: env.DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS,
  };
}
