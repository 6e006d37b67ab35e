import type { Observable } from 'rxjs';

/** Why a model stopped. `cancelled` is not among them: only a caller can cancel. */
export type ModelFinishReason = 'stop' | 'length' | 'content_filter';

export type Role = 'system' | 'user' | 'assistant';

export interface ChatMessage {
  readonly role: Role;
  readonly content: string;
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

export interface CompletionRequest {
  /** A configured model's name, as `LlmService.getModel` returned it. */
  readonly model: string;
  /** What a model server gets, complete and in order. */
  readonly messages: readonly ChatMessage[];
  /** 0..2; the model's own default when absent. */
  readonly temperature?: number;
  /** At least 1; the model's own default when absent. */
  readonly maxTokens?: number;
  /** The question and its passages: what the built-in answerer works from. */
  readonly question: string;
  readonly passages: readonly SourcePassage[];
}

/**
 * What a model says. Any number of `delta`, then exactly one `finish`, last. A delta is never empty;
 * deltas that arrived in one read of the socket may come as one.
 */
export type CompletionEvent =
  | { readonly type: 'delta'; readonly text: string }
  | { readonly type: 'finish'; readonly finishReason: ModelFinishReason; readonly usage: Usage };

/**
 * One answer being made. Cold: subscribing sends the request, unsubscribing aborts it at once.
 * Errors with an `AppError` of a `model_*` code and with nothing else; completes only after `finish`.
 */
export type Completion$ = Observable<CompletionEvent>;
