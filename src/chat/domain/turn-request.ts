import type { ChatMessage, ModelMessage, ModelParameters } from '../../llm/completion.js';
import type { WireTraits } from './wire-traits.js';

/** Rounds of its conversation that a turn is answered with when its request says nothing. */
export const USUAL_ROUNDS = 10;

/** Where a turn's earlier messages come from. */
export type HistorySource =
  | { readonly from: 'conversation'; readonly rounds: number }
  | { readonly from: 'request'; readonly messages: readonly ChatMessage[] };

/** Which instructions the model gets. */
export type PromptChoice =
  | { readonly kind: 'template'; readonly name: string }
  /** Instructions of this request alone; passages and question are filled in or appended. */
  | { readonly kind: 'inline'; readonly text: string }
  /** Instructions of this request alone, as they are; empty: none. */
  | { readonly kind: 'verbatim'; readonly text: string };

/** The conversation that a turn belongs to. */
export interface ConversationChoice {
  /** The caller's id; absent: a new conversation under an id of ours. */
  readonly externalId?: string;
  /** Used when the conversation is created. */
  readonly name: string;
}

/** The result of a wire's decoder: everything the core knows about a question. */
export interface TurnRequest {
  /** The wire that it came on. */
  readonly wire: WireTraits;
  /** With {@link sent}: the text of the last message of the user; empty: there is none. */
  readonly question: string;
  /**
   * The messages of a caller that keeps its dialogue itself, the question among them: the model gets exactly these. They
   * are plain JSON without half surrogate pairs, but with NUL where the caller sent some, and not deeper than a body may be. Absent: the service composes the messages.
   */
  readonly sent?: readonly ModelMessage[];
  readonly endUser?: string;
  /** Absent: the turn belongs to no conversation. */
  readonly conversation?: ConversationChoice;
  /** Beside {@link sent}: what comes before it. */
  readonly history: HistorySource;
  readonly prompt: PromptChoice;
  /** Where a fault of the prompt is reported, as a JSON pointer into the body; absent: `/prompt_name`. */
  readonly promptPointer?: string;
  /** Where a fault of `parameters.tools` is reported; absent: `/tools`. */
  readonly toolsPointer?: string;
  /** `always`: retrieve passages; `when-used`: only for a template or model that reads them. */
  readonly retrieval: 'always' | 'when-used';
  /** A configured model's name; absent: the default one. */
  readonly model?: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly parameters?: ModelParameters;
  /** What the wire keeps of the request for its own answers: stored with the turn, and read by the wire alone. */
  readonly wireRequest?: Readonly<Record<string, unknown>>;
}
