import type { MessageEvent } from '@nestjs/common';
import type { Observable } from 'rxjs';

/** One frame of an SSE answer: ready text for `data:`, and the id of the event, where it is one. */
export interface SseFrame extends MessageEvent {
  readonly data: string;
  readonly id?: string;
  /** Its name, for `event:`; absent on wires whose readers tell frames apart by their data. */
  readonly type?: string;
}

/** The frames of a stream of events, and how an idle connection is kept open. */
export interface FrameStream<Event> {
  readonly events$: Observable<Event>;
  /** The frames of an event, in order; none where the wire does not show it. */
  readonly encode: (event: Event) => readonly SseFrame[];
  /** The frame that is sent after `heartbeatMs` without any. */
  readonly heartbeat: SseFrame;
  readonly heartbeatMs: number;
}
