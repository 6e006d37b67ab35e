import { AnswerReader, type FirstRequest, streamOf } from './answer/answer-reader.js';
import type {
  ChatRequest,
  Feedback,
  FeedbackRequest,
  Model,
  ModelList,
  Prompt,
  PromptList,
  QaRequest,
  Receipt,
  StoppedTurn,
} from './generated/types.js';
import { PendingAnswer } from './pending-answer.js';
import { type ReconnectPolicy, toReconnectPolicy } from './reconnect-policy.js';
import { assertHeaders, type Route, Service, type ServiceOptions } from './service.js';

export type {
  AnswerEvent,
  BreakEvent,
  CompletedEvent,
  ReasoningEvent,
  ReconnectingEvent,
  RetryingEvent,
  SourcesEvent,
  StartedEvent,
  TextEvent,
} from './answer/answer-event.js';
export type { Answer, PartialAnswer } from './answer/answer-fold.js';
export { ChatError, ConnectionError, ProblemError } from './chat-error.js';
export type {
  Attempt,
  ErrorCode,
  Feedback,
  FeedbackRequest,
  FieldError,
  FinishReason,
  Model,
  Problem,
  Prompt,
  Receipt,
  SourceDoc,
  StoppedTurn,
  Usage,
} from './generated/types.js';
export type { PendingAnswer } from './pending-answer.js';
export type { ReconnectPolicy } from './reconnect-policy.js';

/** A question of variant A, "conversation": `{ query, … }`. */
export type ConversationQuestion = Omit<ChatRequest, 'stream' | 'reasoning'> & { readonly question?: never };

/** A question of variant B, "qa": `{ question, uid, … }`. */
export type QaQuestion = QaRequest & { readonly query?: never };

export type Question = ConversationQuestion | QaQuestion;

export interface ChatClientOptions extends ServiceOptions {
  /** How to come back when a connection drops; what is not given is as it is by default. */
  readonly reconnect?: Partial<ReconnectPolicy>;
  /**
   * After how many ms without a byte a connection counts as dropped; 45,000 by default, `Infinity` for never. The
   * service sends something every 10 s (`HEARTBEAT_INTERVAL_MS`).
   */
  readonly idleTimeoutMs?: number;
}

export interface CallOptions {
  /** Ends the call, which then throws the signal's reason. The answer itself goes on: `stop` ends that. */
  readonly signal?: AbortSignal;
}

export interface ReadOptions extends CallOptions {
  /** Whether the answer comes with what the model thinks; `false` by default. */
  readonly reasoning?: boolean;
}

export interface AskOptions extends ReadOptions {
  /**
   * By what a repetition of this question is recognized: 1 to 255 visible ASCII characters. A new one for each `ask`
   * by default. Give one of your own, and the same question can be asked again after a crash, without being answered twice.
   */
  readonly idempotencyKey?: string;
}

const DEFAULT_IDLE_TIMEOUT_MS = 45_000;

/** @throws TypeError when `baseUrl` is no URL for `fetch`, or `key` has characters that no header takes */
export function createChatClient(options: ChatClientOptions): ChatClient {
  return new ChatClient(options);
}

/** The service, as its callers want it. Made by {@link createChatClient}. */
export class ChatClient {
  private readonly service: Service;

  constructor(private readonly options: ChatClientOptions) {
    this.service = new Service(options);
  }

  /**
   * Asks, and reads the answer: iterate what this returns, await it, or both. It throws a ProblemError when the
   * question is refused or the answer fails, a ConnectionError when it cannot be read to its end. What becomes of the
   * question's objects afterwards changes nothing.
   * @throws TypeError when the key has characters that no header takes, or the question is nothing that JSON can hold
   */
  ask(question: Question, options: AskOptions = {}): PendingAnswer {
    const { idempotencyKey = newIdempotencyKey(), reasoning = false } = options;
    const isConversation = typeof question.query === 'string';
    const thinkStatus = reasoning && !isConversation && { 'think-status': 'ON' };
    const headers = { 'idempotency-key': idempotencyKey, ...thinkStatus };
    assertHeaders(headers);
    const route: Route = isConversation ? 'POST chat/stream' : 'POST api/chat';
    // At the next attempt, a question that was changed meanwhile would be another one under the same key: a 409.
    const body = JSON.stringify(reasoning && isConversation ? { ...question, reasoning } : question);
    return this.read({ route, body, headers }, options);
  }

  /** Reads an answer again from its start, by the id that its `started` event had. An incomplete answer goes on live. */
  follow(chatId: string, options: ReadOptions = {}): PendingAnswer {
    return this.read({ route: streamOf(chatId, options.reasoning) }, options);
  }

  /** Stops an answer. Its readers get what there is of it, with the finish reason `cancelled`. */
  stop(chatId: string, options: CallOptions = {}): Promise<StoppedTurn> {
    return this.service.getJson(`POST api/chat/${encodeURIComponent(chatId)}/stop`, options);
  }

  /** Stores what an end user thinks of an answer; sent again, it replaces the fields that it gives. */
  feedback(feedback: FeedbackRequest, options: CallOptions = {}): Promise<Feedback> {
    return this.service.getJson('POST api/feedback', { ...options, body: JSON.stringify(feedback) });
  }

  /** All that is stored of an answer. */
  receipt(chatId: string, options: CallOptions = {}): Promise<Receipt> {
    return this.service.getJson(`GET api/chat/${encodeURIComponent(chatId)}`, options);
  }

  /** What a question may name as `model_name`; the first one is the default. */
  async models(options: CallOptions = {}): Promise<Model[]> {
    return (await this.service.getJson<ModelList>('GET api/models', options)).models;
  }

  /** What a question may name as `prompt_name`. */
  async prompts(options: CallOptions = {}): Promise<Prompt[]> {
    const all: Prompt[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
      const page: PromptList = await this.service.getJson<PromptList>(`GET api/prompts${query}`, options);
      all.push(...page.prompts);
      cursor = page.next_cursor;
    }
    return all;
  }

  private read(first: FirstRequest, { signal, reasoning }: ReadOptions): PendingAnswer {
    const policy = toReconnectPolicy(this.options.reconnect);
    const idleTimeoutMs = this.options.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS;
    const reader = new AnswerReader(this.service, first, { policy, idleTimeoutMs, signal, reasoning });
    return new PendingAnswer(reader.read(), reader.end);
  }
}

/** Not `randomUUID`, which browsers have on secure pages only. */
function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
