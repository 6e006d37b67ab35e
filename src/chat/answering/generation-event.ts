import type { AttemptRecord } from '../../llm/completion.js';
import type { TurnEventBody } from '../domain/turn-event.js';

/** What generating a turn yields: its events, and what its receipt says of the attempts. */
export type GenerationEvent =
  | TurnEventBody
  /** What the model is about to get, in tokens, by estimate. */
  | { readonly type: 'prompt.composed'; readonly inputTokens: number }
  /** `current` gives its record, in case the turn ends before it does. */
  | { readonly type: 'attempt.begun'; readonly current: () => AttemptRecord }
  | { readonly type: 'attempt'; readonly attempt: AttemptRecord };
