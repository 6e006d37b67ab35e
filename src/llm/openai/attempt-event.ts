import type { Observable } from 'rxjs';
import type { ModelFinishReason, SideDelta, Usage } from '../completion.js';

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
