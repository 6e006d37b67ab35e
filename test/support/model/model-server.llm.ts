import type { AppConfig, ContinuationConfig, LlmConfig } from '../../../src/config/app-config.js';
import type { AppError } from '../../../src/common/errors/app-error.js';
import { ExtractiveModel } from '../../../src/llm/builtin/extractive-model.js';
import type { AttemptRecord, CompletionEvent, CompletionRequest } from '../../../src/llm/completion.js';
import { LlmService } from '../../../src/llm/llm.service.js';
import { ChatModel } from '../../../src/llm/chat-model.js';
import { ModelConnections } from '../../../src/llm/openai/connection/model-connections.js';
import { OpenAiClient } from '../../../src/llm/openai/openai-client.js';
import { SYSTEM_TIMING } from '../../../src/llm/retry/timing.js';
import type { Behaviour } from './model-server.exchange.js';
import { ModelServer } from './model-server.js';

export interface LlmQuestion extends Partial<Omit<LlmConfig, 'models'>> {
  readonly targets?: readonly string[];
  readonly continuation?: ContinuationConfig;
  readonly request?: Partial<CompletionRequest>;
  /** Whether the text of a failed attempt is kept, as in the Conversation API; else it is voided. */
  readonly keeps?: boolean;
}

/** What a reader has at the end, and what it heard on the way. */
export interface LlmOutcome {
  readonly text: string;
  readonly attempts: readonly AttemptRecord[];
  /** How often it heard that another attempt follows. */
  readonly retries: number;
  readonly finish?: Extract<CompletionEvent, { type: 'finish' }>;
  readonly error?: AppError;
}

/** Timeouts that no test runs into by chance. */
const PATIENT: Omit<LlmConfig, 'models'> = {
  connectTimeoutMs: 20_000,
  firstTokenTimeoutMs: 20_000,
  idleTimeoutMs: 20_000,
  totalTimeoutMs: 60_000,
  maxRetries: 2,
  recoveryWaitMs: 0,
  firstRecoveryWaitMs: 0,
  maxInFlight: 200,
};

/** The service's real models, but that pauses between attempts are noted and not waited for; two model servers. */
export class LlmAndServers {
  readonly pauses: number[] = [];
  private readonly open: ModelConnections[] = [];

  private constructor(
    readonly server: ModelServer,
    readonly spare: ModelServer,
  ) {}

  static async start(): Promise<LlmAndServers> {
    return new LlmAndServers(await ModelServer.start(), await ModelServer.start());
  }

  async stop(): Promise<void> {
    for (const connections of this.open) await connections.onApplicationShutdown();
    try {
      await this.server.stop();
    } finally {
      await this.spare.stop();
    }
  }

  /** A service with one model, served by default by `server` alone. */
  serviceOf({ targets = [this.server.baseUrl], continuation, ...limits }: LlmQuestion = {}): LlmService {
    const model = {
      name: 'test-model',
      targets: targets.map((baseUrl) => ({ baseUrl, model: 'test-model' })),
      contextTokens: 8_192,
      continuation: continuation ?? { mode: 'instruct' as const },
      defaults: {},
    };
    const llm = { ...PATIENT, ...limits, models: [model] };
    const config = { llm, clientSharePercent: 100 } as unknown as AppConfig;
    const connections = new ModelConnections(config);
    this.open.push(connections);
    const after = (ms: number, callback: () => void) => {
      this.pauses.push(ms);
      return SYSTEM_TIMING.after(0, callback);
    };
    const client = new OpenAiClient(connections);
    const answerer = new ChatModel(config, client, { ...SYSTEM_TIMING, after });
    return new LlmService(config, answerer, new ExtractiveModel());
  }

  /** What comes of a question when `server` behaves so, request by request. */
  async outcomeWith(behaviours: readonly Behaviour[], question: LlmQuestion = {}): Promise<LlmOutcome> {
    this.server.next(...behaviours);
    return this.ask(this.serviceOf(question), question);
  }

  ask(llm: LlmService, { request, keeps = false }: LlmQuestion = {}): Promise<LlmOutcome> {
    let text = '';
    let retries = 0;
    const attempts: AttemptRecord[] = [];
    const asked: CompletionRequest = {
      client: 'a',
      model: 'test-model',
      messages: [{ role: 'user', content: 'What is a monad, in simple words?' }],
      question: 'What is a monad, in simple words?',
      passages: [],
      keptText: () => text,
      ...request,
    };
    return new Promise((resolve, reject) => {
      let finish: LlmOutcome['finish'];
      const read = (event: CompletionEvent) => {
        if (event.type === 'text.delta') return void (text += event.text);
        if (event.type === 'reasoning.delta' || event.type === 'tool_call.delta') return;
        attempts.push(event.attempt);
        if (event.type === 'finish') finish = event;
        else if (event.willRetry) {
          retries++;
          text = keeps ? text : '';
        }
      };
      llm.complete(asked).subscribe({
        next: read,
        error: (error: AppError) => resolve({ text, retries, attempts, error }),
        complete: () =>
          finish ? resolve({ text, retries, attempts, finish }) : reject(new Error('there was no finish')),
      });
    });
  }
}
