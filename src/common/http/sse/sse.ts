import type { MessageEvent } from '@nestjs/common';

/** One frame of an SSE answer: ready text for `data:`, and the id of the event, where it is one. */
export interface SseFrame extends MessageEvent {
  readonly data: string;
  readonly id?: string;
}
