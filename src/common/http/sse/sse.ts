import type { MessageEvent } from '@nestjs/common';
import type { Observable } from 'rxjs';

/** One frame of an SSE answer: ready text for `data:`, and the id of the event, where it is one. */
export interface SseFrame extends MessageEvent {
  readonly data: string;
  readonly id?: string;
  /** Its name, for `event:`; absent on wires whose readers tell frames apart by their data. */
  readonly type?: string;
}

/**
 * A comment (WHATWG HTML, 9.2.6), for readers that ignore it, and that could take an empty frame for an answer that goes on.
 */
export const KEEP_ALIVE = ': keep-alive\n\n';

/** The frames of a stream of events, and how an idle connection is kept open. */
export interface FrameStream<Event> {
  readonly events$: Observable<Event>;
  /** The frames of an event, in order; none where the wire does not show it. */
  readonly encode: (event: Event) => readonly SseFrame[];
  /** What is sent after `heartbeatMs` without any frame. */
  readonly heartbeat: SseFrame | typeof KEEP_ALIVE;
  readonly heartbeatMs: number;
  /**
   * Asked after the last event: whether it was a failure, and the connection is to be cut behind its frame. Absent: it never
   * is, because readers know the frame.
   */
  readonly hasFailed?: () => boolean;
}
