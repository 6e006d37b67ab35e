import type { AttemptRecord, ModelMessage, Usage } from '../../llm/completion.js';
import type { ToolCall } from '../domain/tool-call.js';
import type { Source } from '../domain/turn-event.js';
import type { FinishReason } from '../domain/turn-outcome.js';

/** What other modules may know of a turn. */
export interface TurnOwner {
  /** As stored: lower case. */
  readonly turnId: string;
  /** The end user who asked; null: none. */
  readonly endUser: string | null;
}

/** Everything that is stored of a turn. */
export interface StoredTurn {
  readonly id: string;
  /** The name of its wire. */
  readonly variant: string;
  readonly endUser: string | null;
  /** The caller's id of its conversation; null: none. */
  readonly conversationId: string | null;
  readonly question: string;
  readonly answer: string;
  /** Empty: the model showed none. */
  readonly reasoning: string;
  /** The calls of tools that the model wants; empty: none. */
  readonly toolCalls: readonly ToolCall[];
  readonly status: 'running' | 'completed' | 'failed' | 'cancelled';
  readonly finishReason: FinishReason | null;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  readonly model: string;
  readonly attempts: readonly AttemptRecord[];
  readonly promptName: string | null;
  readonly promptVersion: number | null;
  readonly sources: readonly Source[];
  readonly usage: Usage | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly firstTokenMs: number | null;
}

/** A turn with what its model was asked. */
export interface TurnTranscript extends Pick<
  StoredTurn,
  | 'id'
  | 'variant'
  | 'question'
  | 'answer'
  | 'toolCalls'
  | 'status'
  | 'finishReason'
  | 'model'
  | 'promptName'
  | 'promptVersion'
  | 'sources'
> {
  /** The earlier messages, oldest first: from the request, or else from its conversation. */
  readonly history: readonly ModelMessage[];
  /** What its model was given, made again from its instructions, its passages and its messages. Inline data is replaced by references. */
  readonly prompt: readonly ModelMessage[];
  /** The tools that it was offered, in the format of OpenAI's chat completions. */
  readonly tools: readonly unknown[];
  /** Whether it might call several of them at once; null: the request did not say. */
  readonly parallelToolCalls: boolean | null;
}
