import type { Observable } from 'rxjs';
import type { ErrorCode } from '../common/errors/error-codes.js';

/**
 * Why a model stopped. `cancelled` is not among them: only a caller can cancel. `tool_calls`: the answer ends with calls of
 * tools; only where the caller takes calls.
 */
export type ModelFinishReason = 'stop' | 'length' | 'content_filter' | 'tool_calls';

export type Role = 'system' | 'user' | 'assistant';

/** A message that this service composes itself. */
export interface ChatMessage {
  readonly role: Role;
  readonly content: string;
}

/**
 * A message as a model server gets it, in the format of OpenAI's chat completions. Members that are not named here
 * (`name`, `tool_calls`, `tool_call_id` and others) are sent as they are.
 */
export interface ModelMessage {
  readonly role: string;
  /** A text, a list of parts, null; absent where the message has another member in its place. */
  readonly content?: unknown;
}

/** Whether a message is an instruction, in the role of older or of newer models. */
export function isSystem({ role }: Pick<ModelMessage, 'role'>): boolean {
  return role === 'system' || role === 'developer';
}

/** Tokens counted by the model server, or estimated where it does not say. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A passage as an answerer reads it. */
export interface SourcePassage {
  readonly text: string;
  readonly title: string;
  readonly source: string;
}

/**
 * What a caller may set of a model beside temperature and length: members of the request that a model server gets as
 * they are, under the names of the OpenAI API.
 */
export type ModelParameters = Readonly<Record<string, unknown>>;

/** A place at a target of a model that is kept for an answer until it begins. Cross it as it is. */
export interface ModelPlace {
  /** Gives the place back, unless the answer has begun and ended. Further calls do nothing. */
  readonly release: () => void;
}

export interface CompletionRequest {
  /** Whose answer it is: a UUID. One client holds no more than its share of a target. */
  readonly client: string;
  /** As `LlmService.reserve` gave it. */
  readonly place?: ModelPlace;
  /** A configured model's name, as `LlmService.getModel` returned it. */
  readonly model: string;
  /** What a model server gets, complete and in order. */
  readonly messages: readonly ModelMessage[];
  /** 0..2; the model's own default when absent. */
  readonly temperature?: number;
  /** At least 1; the model's own default when absent. */
  readonly maxTokens?: number;
  readonly parameters?: ModelParameters;
  /**
   * Whether the caller takes calls of tools, offered in this request or not: its messages may hold calls, and its server may
   * add tools. Absent: only where the parameters offer tools.
   */
  readonly takesCalls?: boolean;
  /** Headers that the model server gets, by which the request is found in its logs. */
  readonly trace?: Readonly<Record<string, string>>;
  /** The question and its passages: what the built-in answerer works from. */
  readonly question: string;
  readonly passages: readonly SourcePassage[];
  /**
   * The kept text of earlier attempts, which the next one continues; asked before each further attempt.
   * `''` or absent: the answer begins again.
   */
  readonly keptText?: () => string;
  /**
   * A server that limits requests is not asked again later than this after the begin, unless there was a token: the caller
   * repeats by itself. Absent: it is, within the time of the answer.
   */
  readonly maxRestMs?: number;
  /**
   * Called for each attempt when it begins; the function gives its result so far, in case the answer is cancelled
   * before the attempt ends.
   */
  readonly onAttempt?: (current: () => AttemptRecord) => void;
}

/** Every code with which a model can fail. */
export const MODEL_FAILURE_CODES = [
  'model_failed',
  'model_refused',
  'model_misconfigured',
  'content_filtered',
  'context_too_long',
  'empty_answer',
  'model_overloaded',
  'model_timeout',
] as const satisfies readonly ErrorCode[];

export type ModelFailureCode = (typeof MODEL_FAILURE_CODES)[number];

/** What one request to one target came to, as the receipt of a turn shows it. */
export interface AttemptRecord {
  /** Host and upstream model, without a secret: `gpu1:8000/chatglm3-6b`. */
  readonly target: string;
  /** `cancelled`: a caller or this service stopped it while it ran. */
  readonly outcome: 'answered' | 'cancelled' | ModelFailureCode;
  /** Whole milliseconds, from the request to the end of the answer, its failure or its cancellation. */
  readonly durationMs: number;
  /** Whole milliseconds until the first token of any kind: text, reasoning, a tool call; absent when there was none. */
  readonly firstTokenMs?: number;
}

/** A piece of the model's reasoning: never empty, and no part of the answer's text. */
export interface ReasoningDelta {
  readonly type: 'reasoning.delta';
  readonly text: string;
}

/** A piece of a call of a tool that the model wants to be made. */
export interface ToolCallDelta {
  readonly type: 'tool_call.delta';
  /** Which of the calls of the answer: from 0. */
  readonly index: number;
  /** The id of the call, and the name of the tool: in the first piece of a call, and in no other. */
  readonly id?: string;
  readonly name?: string;
  /** A piece of the arguments as JSON; may be empty. */
  readonly arguments: string;
  readonly extraContent?: ExtraContent;
}

/** What a server wants back with a call, and only it understands: Gemini refuses a call without its `thought_signature`. */
export type ExtraContent = Readonly<Record<string, unknown>>;

/** A piece of an answer beside its text. */
export type SideDelta = ReasoningDelta | ToolCallDelta;

/**
 * The events of an answer. Any number of deltas and `attempt`, then one `finish`, last, or an error. A text delta is
 * never empty; deltas that arrived in one read of the socket may come as one.
 */
export type CompletionEvent =
  | { readonly type: 'text.delta'; readonly text: string }
  | SideDelta
  /**
   * An attempt failed. With `willRetry` another follows: the consumer voids or keeps, now, what its
   * reader has of this one (see {@link CompletionRequest.keptText}). Should the target be taken out or filled
   * in the pause before it, the error follows instead; as it does without `willRetry`.
   */
  | { readonly type: 'attempt'; readonly attempt: AttemptRecord; readonly willRetry: boolean }
  | {
      readonly type: 'finish';
      readonly finishReason: ModelFinishReason;
      /** As counted for the attempt that succeeded; of a continuation, with the kept text's output estimated. */
      readonly usage: Usage;
      /** The attempt that succeeded. */
      readonly attempt: AttemptRecord;
    };

/**
 * One answer being made, in one attempt or several. Cold: subscribing sends the request, unsubscribing aborts
 * it at once, also a pause before another attempt. Errors with an `AppError` of a `model_*` code and with
 * nothing else (`model_overloaded` without any attempt when no target takes one now); completes only after
 * `finish`.
 */
export type Completion$ = Observable<CompletionEvent>;
