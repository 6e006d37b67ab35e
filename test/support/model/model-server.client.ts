import { lastValueFrom, type Observable, tap, toArray } from 'rxjs';
import type { AppConfig, TargetConfig } from '../../../src/config/app-config.js';
import { ModelFailure } from '../../../src/llm/model-failure.js';
import type { AttemptLimits } from '../../../src/llm/openai/attempt-clock.js';
import type { AttemptEvent } from '../../../src/llm/openai/attempt-event.js';
import type { ChatRequest } from '../../../src/llm/openai/request/chat-request.js';
import { ModelConnections } from '../../../src/llm/openai/connection/model-connections.js';
import { OpenAiClient } from '../../../src/llm/openai/openai-client.js';
import type { Behaviour } from './model-server.exchange.js';
import { ModelServer } from './model-server.js';

/** Timeouts that no test runs into by chance. */
const PATIENT: AttemptLimits = {
  connectTimeoutMs: 20_000,
  firstTokenTimeoutMs: 20_000,
  idleTimeoutMs: 20_000,
};

export const REQUEST: ChatRequest = {
  messages: [{ role: 'user', content: 'What is a monad, in simple words?' }],
};

export interface Question {
  readonly request?: ChatRequest;
  readonly target?: Partial<TargetConfig>;
  readonly totalMs?: number;
}

/** What came of an attempt: its text, how it finished or how it failed. */
export interface Outcome {
  readonly text: string;
  readonly deltaCount: number;
  readonly finish?: Extract<AttemptEvent, { type: 'finish' }>;
  readonly failure?: ModelFailure;
}

/** The service's real client, and a model server to ask. */
export class ClientAndServer {
  private constructor(
    readonly server: ModelServer,
    private readonly connections: ModelConnections,
    private readonly limits: AttemptLimits,
  ) {}

  static async start(limits: Partial<AttemptLimits> = {}): Promise<ClientAndServer> {
    const all = { ...PATIENT, ...limits };
    const connections = new ModelConnections({ llm: all } as AppConfig);
    return new ClientAndServer(await ModelServer.start(), connections, all);
  }

  /** A client of other limits for the same server; `stop` closes it too. */
  with(limits: Partial<AttemptLimits>): ClientAndServer {
    return new ClientAndServer(this.server, this.connections, { ...PATIENT, ...limits });
  }

  async stop(): Promise<void> {
    await this.connections.onApplicationShutdown();
    await this.server.stop();
  }

  ask({ request = REQUEST, target = {}, totalMs = 20_000 }: Question = {}): Observable<AttemptEvent> {
    const asked = { baseUrl: this.server.baseUrl, model: 'test-model', ...target };
    const run = { limits: this.limits, endsAt: performance.now() + totalMs };
    return new OpenAiClient(this.connections).attempt(asked, request, run);
  }

  /** What comes of one attempt at a server that behaves so. */
  outcomeWith(behaviour: Behaviour, question?: Question): Promise<Outcome> {
    this.server.next(behaviour);
    return outcomeOf(this.ask(question));
  }
}

/** @throws Error when the stream breaks its contract: an empty delta, or an end that is not exactly one */
export async function outcomeOf(completion$: Observable<AttemptEvent>): Promise<Outcome> {
  const events: AttemptEvent[] = [];
  let failure: ModelFailure | undefined;
  try {
    const noted$ = completion$.pipe(tap((event) => void events.push(event)));
    await lastValueFrom(noted$.pipe(toArray()));
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    failure = error;
  }
  const texts = events.flatMap((event) => (event.type === 'text.delta' ? [event.text] : []));
  const finishes = events.flatMap((event) => (event.type === 'finish' ? [event] : []));
  if (texts.includes('')) throw new Error('a delta is empty');
  if (finishes.length + (failure ? 1 : 0) !== 1) throw new Error('the answer does not end once');
  if (finishes.length > 0 && events.at(-1)?.type !== 'finish') throw new Error('a delta follows the finish');
  return { text: texts.join(''), deltaCount: texts.length, finish: finishes[0], failure };
}
