import type { PartKind } from '../config/app-config.js';

/** A model as the rest of the service, and its callers, may know it. */
export interface ModelDescription {
  /** What callers call it, and what a turn's record names. */
  readonly name: string;
  /** Used when a request names no model. Exactly one model is. */
  readonly isDefault: boolean;
  /** The answerer that works from the knowledge base alone. */
  readonly builtin: boolean;
  /** Answers from `CompletionRequest.passages`, whatever the prompt says: passages must be retrieved for it. */
  readonly readsPassages: boolean;
  /** Prompt and answer together, in tokens. */
  readonly contextTokens: number;
  /** The same, where the operator has configured it; absent: it is a guess, which refuses nothing. */
  readonly windowTokens?: number;
  /** The kinds of parts that its messages may have; absent: all. */
  readonly accepts?: readonly PartKind[];
  /** The parameters of a request that it may be sent; absent: all that a wire takes. */
  readonly passes?: readonly string[];
}
