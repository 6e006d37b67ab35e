import { getHeapStatistics } from 'node:v8';
import { AppError, shareIsTaken } from '../../errors/app-error.js';

/**
 * Of the heap, what the bodies and pages of open requests may be. Each is there several times while it is answered: as
 * read, as decoded, as what the model or the caller is sent.
 */
const SHARE_OF_HEAP = 1 / 5;

/** What a request holds of the memory. */
export interface HeldMemory {
  /** Holds `bytes` from now on. @throws AppError as {@link RequestMemory.hold}; then it holds what it held. */
  readonly resize: (bytes: number) => void;
  /** Gives all of it back. A second call does nothing. */
  readonly release: () => void;
}

/**
 * The memory for the bodies that are read and the pages that are sent. V8 ends the process, and every answer in it, when
 * its heap is full. One client may hold half of what the others leave, so that there is always some left for a
 * further client ("dynamic threshold", Choudhury and Hahne, 1998).
 */
export class RequestMemory {
  private readonly heldBy = new Map<string, number>();
  private held = 0;

  /** @param totalBytes for all clients together */
  constructor(private readonly totalBytes = getHeapStatistics().heap_size_limit * SHARE_OF_HEAP) {}

  /**
   * Holds `bytes` for a request of `client`.
   * @throws AppError `too_many_requests` where the client's other requests hold its share, `service_overloaded` where
   * all clients together leave no room
   */
  hold(client: string, bytes: number): HeldMemory {
    let own = 0;
    let isReleased = false;
    const set = (next: number) => {
      this.held += next - own;
      const held = (this.heldBy.get(client) ?? 0) + next - own;
      // Keeps the map from growing with every client that ever called.
      if (held === 0) this.heldBy.delete(client);
      else this.heldBy.set(client, held);
      own = next;
    };
    const resize = (next: number) => {
      if (isReleased) return;
      if (next > own) this.refuseWithoutRoom(client, next - own);
      set(next);
    };
    resize(bytes);
    return {
      resize,
      release: () => {
        isReleased = true;
        set(0);
      },
    };
  }

  private refuseWithoutRoom(client: string, bytes: number): void {
    // A single request is let in however small the room is.
    if (this.held === 0) return;
    const own = this.heldBy.get(client) ?? 0;
    const leftByOthers = this.totalBytes - (this.held - own);
    if (bytes > leftByOthers - own)
      throw new AppError(
        'service_overloaded',
        'Too many large requests are being answered. Try again later.',
        {
          retryAfterSeconds: 1,
        },
      );
    if (own > 0 && own + bytes > leftByOthers / 2) throw shareIsTaken('memory');
  }
}
