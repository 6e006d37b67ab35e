import type { Observable } from 'rxjs';
import type { ModelFinishReason, SideDelta, Usage } from '../completion.js';
import type { AttemptLimits } from './attempt-clock.js';

/** The events of one attempt at one target. Any number of deltas, then one `finish`, last. */
export type AttemptEvent =
  | { readonly type: 'text.delta'; readonly text: string }
  | SideDelta
  | { readonly type: 'finish'; readonly finishReason: ModelFinishReason; readonly usage: Usage };

/**
 * One request to one target. Cold: subscribing sends it, unsubscribing aborts it at once. Errors with a
 * `ModelFailure`, which says whether another attempt may succeed; completes only after `finish`.
 */
export type Attempt$ = Observable<AttemptEvent>;

/** The frame in which an attempt runs. */
export interface AttemptRun {
  readonly limits: AttemptLimits;
  /** Of `performance.now()`: when the complete answer must be there, whatever the limits. */
  readonly endsAt: number;
  /** Called when a response of status 2xx begins; again when the request is repeated in another form. */
  readonly onAnswer?: () => void;
  /** Called once, before the event of it: when the first token has come, of the answer or of the model's thinking. */
  readonly onToken?: () => void;
}
