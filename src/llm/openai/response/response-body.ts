import type { ModelFinishReason, SideDelta, Usage } from '../../completion.js';
import type { ModelFailure } from '../../model-failure.js';

/** How an answer ended, and the text that the end completed, mostly none. */
export type AnswerEnd =
  | { readonly text: string; readonly finishReason: ModelFinishReason; readonly usage: Usage }
  | { readonly text: string; readonly failure: ModelFailure };

/**
 * `open`: it goes on. `closing`: what it says is said; only counts and the end of the body may follow.
 * `done`: nothing that follows is of interest. A failure is `done` too.
 */
export type AnswerState = 'open' | 'closing' | 'done';

export const NO_SIDE_DELTAS: readonly SideDelta[] = [];

/** The body of an HTTP response as it is read, whatever its form. Pure: it knows no socket and no clock. */
export interface ResponseBody {
  readonly state: AnswerState;
  /** Whether the last `push` brought a token, of the answer or of the model's reasoning. */
  readonly hasNewToken: boolean;
  /** Whether that was a piece of a call, also where the caller takes no calls, or while the call is held back. */
  readonly hasNewCall: boolean;
  /** The reasoning and tool calls that the last `push`, or the end, brought. */
  readonly sideDeltas: readonly SideDelta[];
  /** Whether it was cut short, and the server goes on: waiting for its end could last for ever. */
  readonly isCut: boolean;
  /** Takes bytes, cut anywhere; returns the text that they complete, `''` for none. */
  push(bytes: Buffer): string;
  /** How it ended, when no byte follows. To be called once. */
  end(): AnswerEnd;
}
