import type { AppError } from '../../common/errors/app-error.js';
import type { ModelFinishReason, SideDelta, Usage } from '../../llm/completion.js';

/** A passage that was given to the model, as the reader and the turn's record see it. */
export interface Source {
  readonly text: string;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly source: string };
}

/** What happened to a turn, as its log keeps it and every wire is made from. The type decides the payload. */
export type TurnEventBody =
  | { readonly type: 'turn.started' }
  | { readonly type: 'sources.retrieved'; readonly sources: readonly Source[] }
  | { readonly type: 'text.delta'; readonly text: string }
  /** Reasoning and tool calls belong to the answer, and not to its text. The begin of a call has no arguments. */
  | SideDelta
  /** BREAK: the text before it is the reader's for good. */
  | { readonly type: 'text.committed' }
  /** RETRYING: everything since the last commit, or since the start, is void. */
  | { readonly type: 'text.voided' }
  /** The reasoning and tool calls since the last commit are void: their attempt failed before it had text. */
  | { readonly type: 'sides.voided' }
  | { readonly type: 'turn.completed'; readonly finishReason: ModelFinishReason; readonly usage: Usage }
  | { readonly type: 'turn.cancelled'; readonly usage: Usage }
  | {
      readonly type: 'turn.failed';
      readonly error: AppError;
      /** Only after the death of the turn's owner: how much of the text was stored, in UTF-16 code units. */
      readonly storedChars?: number;
    };

/** `seq` counts a turn's events from 1, the same for every reader. */
export type TurnEvent = TurnEventBody & { readonly seq: number };

export function isTerminal(event: TurnEventBody): boolean {
  return event.type === 'turn.completed' || event.type === 'turn.cancelled' || event.type === 'turn.failed';
}
