import type { MessageEvent } from '@nestjs/common';

/** One frame of an SSE answer: ready text for `data:`, and the id of the event, where it is one. */
export interface SseFrame extends MessageEvent {
  readonly data: string;
  readonly id?: string;
}

/**
 * Characters that may wait for a reader that does not read. Past it the connection is dropped: the
 * turn goes on, and its reader can come back for the rest.
 */
export const MAX_PENDING_CHARACTERS = 256 * 1024;
