import type { LogLevel } from '@nestjs/common';

/** The token under which the configuration is injected: `@Inject(APP_CONFIG) config: AppConfig`. */
export const APP_CONFIG = Symbol('AppConfig');

/** Everything that can be set from outside, parsed once at start. Times in milliseconds, sizes as named. */
export interface AppConfig {
  readonly http: HttpConfig;
  readonly database: DatabaseConfig;
  readonly auth: AuthConfig;
  readonly llm: LlmConfig;
  readonly turn: TurnConfig;
  /** What one client may hold of the places that the others leave at a model, in the database, in search: 1 to 100. */
  readonly clientSharePercent: number;
  /** `NODE_ENV=production`: no key for development is made or printed. */
  readonly isProduction: boolean;
  readonly logLevel: LogLevel;
}

export interface HttpConfig {
  readonly host: string;
  /** 0 lets the system choose a free port. */
  readonly port: number;
  /** Origins that browsers may call from; empty: none. `*` means any. */
  readonly corsOrigins: readonly string[];
  /** Addresses or hop count whose `X-Forwarded-*` is believed; empty: none. */
  readonly trustProxy: string;
  /** Where the service is reached from outside; `''`: not said. */
  readonly publicUrl: string;
  /** `max-age` of `Strict-Transport-Security`, in seconds; 0: the header is not sent. */
  readonly hstsMaxAgeS: number;
  /** Largest request body, in bytes. */
  readonly bodyLimitBytes: number;
  /** Whether `/docs` is served. */
  readonly swaggerUi: boolean;
  /** Whether `/playground` is served. */
  readonly playground: boolean;
}

export type DatabaseConfig = PostgresConfig | EmbeddedDatabaseConfig;

export interface PostgresConfig {
  readonly kind: 'postgres';
  /** Holds a password: never logged. */
  readonly url: string;
  readonly poolSize: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly idleInTransactionTimeoutMs: number;
  /** For command-line tools: how long to wait for the server. Absent: for ever, as the service does. */
  readonly giveUpAfterMs?: number;
}

export interface EmbeddedDatabaseConfig {
  readonly kind: 'embedded';
  /** The folder that keeps the data; made when it is missing. */
  readonly dataDir: string;
  /** Nothing names a database: neither `DATABASE` nor another `DATA_DIR` than the default one. */
  readonly isDefault?: boolean;
  /** For command-line tools: use the database of a service that runs on this folder, instead of being refused. */
  readonly joinsRunningService?: boolean;
}

export interface AuthConfig {
  /** Keys given by the environment, beside those made on the command line. */
  readonly apiKeys: readonly ConfiguredKey[];
}

export interface ConfiguredKey {
  readonly clientName: string;
  /** Secret: never logged. */
  readonly key: string;
}

export interface LlmConfig {
  /** In order of preference: the first is the default. Empty: the built-in answerer alone. */
  readonly models: readonly ModelConfig[];
  /** Where texts are turned into vectors; callers name it by its `model`. Absent: nowhere. */
  readonly embedding?: TargetConfig;
  /** Whether they come from `LLM_MODELS_FILE`: advice names its members, then. */
  readonly hasModelsFile?: boolean;
  readonly connectTimeoutMs: number;
  readonly firstTokenTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** For one answer, retries included. */
  readonly totalTimeoutMs: number;
  /** Attempts after the first one, for one answer. */
  readonly maxRetries: number;
  /** How long one answer waits for a server that restarts or loads its model; 0: not at all. */
  readonly recoveryWaitMs: number;
  /** The same, of a server that has answered nothing since the start: its address may be wrong. */
  readonly firstRecoveryWaitMs: number;
  /** Requests that one target may have in flight. */
  readonly maxInFlight: number;
  /** Absent: none. */
  readonly proxy?: ProxyConfig;
}

/** The proxies that model servers are reached through. */
export interface ProxyConfig {
  /** May hold a password: never logged. For `http://` and, without `https`, for `https://` addresses too. */
  readonly http?: string;
  readonly https?: string;
  /** Hosts that are asked directly, separated by commas; `''`: none but those of this machine. */
  readonly except: string;
}

export interface ModelConfig {
  /** The name that callers use. */
  readonly name: string;
  /** Where it is served, in order of preference; never empty. */
  readonly targets: readonly TargetConfig[];
  /** Prompt and answer together, in tokens. */
  readonly contextTokens: number;
  /** Whether the operator gave `contextTokens`; absent: it is a guess. */
  readonly hasWindow?: boolean;
  /** The kinds of parts that its messages may have; absent: all. */
  readonly accepts?: readonly PartKind[];
  readonly continuation: ContinuationConfig;
  /** Absent: `auto`. */
  readonly thinking?: ThinkingTags;
  /** The parameters that callers may send through to its servers; absent: all that are known. */
  readonly pass?: readonly string[];
  /** For one answer, retries included; absent: as of {@link LlmConfig}. */
  readonly totalTimeoutMs?: number;
  readonly defaults: { readonly temperature?: number; readonly maxTokens?: number };
}

/**
 * How the model is made to go on with an answer that broke off: by an instruction, or by the beginning of its
 * own answer as the last message (prefill).
 */
export type ContinuationConfig =
  { readonly mode: 'instruct' } | { readonly mode: 'prefill'; readonly flags: PrefillFlags };

/** The flags of a server for a prefill, so that it does not begin a message of its own. */
export type PrefillFlags = 'vllm' | 'deepseek' | 'none';

/** What the content of a message may hold, beside what is none of these and counts as text. */
export type PartKind = 'text' | 'image' | 'audio' | 'video' | 'file';

/**
 * How tags around the model's thinking are read in its text. `auto`: a tag at the start opens the thinking. `open`: the
 * model's template has opened it, and the text begins with thinking. `none`: tags are text.
 */
export type ThinkingTags = 'auto' | 'open' | 'none';

/** How the server of a target is asked, where it differs from most servers. */
export interface TargetSettings {
  /** Further headers of each request, by names in lower case. Secret: never logged. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The header that the key goes in, in lower case; absent: `Authorization`, behind `Bearer`. */
  readonly apiKeyHeader?: string;
  /** Members that each request has; they win over members of the same name. */
  readonly extraBody?: Readonly<Record<string, unknown>>;
  /** By the name of a parameter in the OpenAI API: the name that it is sent under; null: it is not sent. */
  readonly parameters?: Readonly<Record<string, string | null>>;
  /** The role that system messages are sent with; `user`: as part of the first message of the user. */
  readonly systemRole?: 'system' | 'developer' | 'user';
  /** Whether the answer is asked for as a stream; absent: true. */
  readonly stream?: boolean;
  /** Whether a stream is asked for its usage; absent: true. */
  readonly streamOptions?: boolean;
  /** Of this target; absent: as of {@link LlmConfig}. */
  readonly connectTimeoutMs?: number;
  readonly firstTokenTimeoutMs?: number;
  readonly idleTimeoutMs?: number;
}

export interface TargetConfig extends TargetSettings {
  /** The OpenAI-compatible root, such as `http://127.0.0.1:11434/v1`, without a trailing slash. */
  readonly baseUrl: string;
  /** The name that the server knows the model by. */
  readonly model: string;
  /** Secret: never logged. Absent: no Authorization header is sent. */
  readonly apiKey?: string;
}

export interface TurnConfig {
  readonly heartbeatIntervalMs: number;
  /** How long a stream with a status for failures waits with it for a first token; 0: not at all. */
  readonly statusWaitMs: number;
  /** How long a turn runs on without a reader, and is kept for the same question after it has completed without one. */
  readonly disconnectGraceMs: number;
  /** How long a question waits for the end of another one of its conversation; 0: not at all. */
  readonly conversationWaitMs: number;
  /** For how long after its delivery an answer is given again to the same question of the same end user; 0: never. */
  readonly repeatWindowMs: number;
  /** How long a shutdown waits for running turns. */
  readonly drainTimeoutMs: number;
  /** How long a running turn is believed alive after its owner was last heard of. */
  readonly leaseMs: number;
  /** Smallest piece before a BREAK, in characters; 0: no BREAK. */
  readonly breakMinChars: number;
  readonly breakAfterMs: number;
}
