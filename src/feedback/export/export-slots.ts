import { Injectable } from '@nestjs/common';
import { AppError } from '../../common/errors/app-error.js';

/** Each export holds some turns, and waits for the database as others do: so many at once starve no caller. */
const MAX_OF_CLIENT = 2;
const MAX_OF_ALL = 6;
const RETRY_AFTER_SECONDS = 10;

/** How many exports run at once in this process. */
@Injectable()
export class ExportSlots {
  private readonly running = new Map<string, number>();
  private total = 0;

  /**
   * Does `work` while it counts as an export of the client.
   * @throws AppError `too_many_requests` for a third of one client at once, `service_overloaded` for a seventh of all
   */
  async occupy(clientId: string, work: () => Promise<void>): Promise<void> {
    const ofClient = this.running.get(clientId) ?? 0;
    if (ofClient >= MAX_OF_CLIENT) {
      throw new AppError(
        'too_many_requests',
        'Two of your exports are running: read them to their end first.',
        {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        },
      );
    }
    if (this.total >= MAX_OF_ALL) {
      throw new AppError('service_overloaded', 'Too many exports are running. Try again later.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    }
    this.running.set(clientId, ofClient + 1);
    this.total++;
    try {
      await work();
    } finally {
      this.total--;
      const left = (this.running.get(clientId) ?? 1) - 1;
      if (left === 0) this.running.delete(clientId);
      else this.running.set(clientId, left);
    }
  }
}
