import type { Observable } from 'rxjs';
import type { TurnEvent } from '../domain/turn-event.js';

/** A turn, as a controller shows it. */
export interface ReadableTurn {
  readonly id: string;
  /** The name of its wire. */
  readonly variant: string;
  /** The caller's id of its conversation, or ours for a new one; absent: it belongs to none. */
  readonly conversationId?: string;
  readonly model: string;
  /** Of a reader that has its end: how often that was sent again in the last minute. Absent: 0. */
  readonly endRepeats?: number;
  /** Up to the terminal event. Unsubscribing leaves a running turn running for its grace. */
  readonly events$: Observable<TurnEvent>;
}
