import type { AttemptRecord, Usage } from '../../llm/completion.js';
import type { ToolCall } from '../domain/tool-call.js';
import type { Source, TurnEvent } from '../domain/turn-event.js';
import type { TurnOutcome } from '../domain/turn-outcome.js';
import { type EventLayout, layoutOf } from '../domain/event-layout.js';
import { foldParts, textOf, toolCallsOf } from '../domain/turn-fold.js';

/** What is left of a turn to be stored once it has an outcome. */
export interface TurnEnd {
  readonly outcome: TurnOutcome;
  readonly answer: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  readonly sources: readonly Source[];
  readonly layout: EventLayout;
  readonly attempts: readonly AttemptRecord[];
  /** Of a completed turn as the model counted; else by estimate. Null: unknown, for its owner died. */
  readonly usage: Usage | null;
  /** Whether it completed while it had a reader here. */
  readonly isDelivered: boolean;
  /** From the start to the first delta, in ms; absent: there was none. */
  readonly firstTokenMs?: number;
}

/**
 * Whether the end of a turn was stored as given. If not, another process had ended the turn meanwhile, or the
 * database was away for too long: `tail` has the events for a reader at a `seq` instead.
 */
export type RecordedEnd =
  | { readonly isStored: true }
  | {
      readonly isStored: false;
      readonly tail: (afterSeq: number) => readonly TurnEvent[];
      /** Present: nothing was stored yet. Takes the end that readers got, to store that when it can be. */
      readonly storeLater?: (sent: SentAnswer) => void;
    };

/** What a reader has, as it is stored. */
export type SentAnswer = Pick<TurnEnd, 'answer' | 'reasoning' | 'toolCalls' | 'layout'>;

/** What a reader of these events has. */
export function sentIn(events: readonly TurnEvent[]): SentAnswer {
  const { committed, open } = foldParts(events);
  const parts = [...committed, ...open];
  return {
    answer: textOf(parts),
    reasoning: textOf(parts, 'reasoning'),
    toolCalls: toolCallsOf(parts),
    layout: layoutOf(events),
  };
}

/** What the model wrote of it, to estimate its tokens: the calls are output, too. */
export function writtenIn({ answer, toolCalls }: SentAnswer): string {
  return answer + toolCalls.map(({ name, arguments: json }) => name + json).join('');
}
