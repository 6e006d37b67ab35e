import type { Observable } from 'rxjs';
import type { ModelFinishReason, Usage } from '../completion.js';

/** What one attempt at one target says. Any number of `delta`, none empty, then one `finish`, last. */
export type AttemptEvent =
  | { readonly type: 'text.delta'; readonly text: string }
  | { readonly type: 'finish'; readonly finishReason: ModelFinishReason; readonly usage: Usage };

/**
 * One request to one target. Cold: subscribing sends it, unsubscribing aborts it at once. Errors with a
 * `ModelFailure`, which says whether another attempt may succeed; completes only after `finish`.
 */
export type Attempt$ = Observable<AttemptEvent>;
