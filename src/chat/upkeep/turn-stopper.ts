import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { TurnLeaseRepository } from '../turn/turn-lease.repository.js';
import type { TurnEntity } from '../turn/turn.entity.js';
import { TurnStreams } from '../reading/turn-streams.js';
import { TurnRegistry } from '../answering/turn-registry.js';

const LOOK_EVERY_MS = 50;
/** An owner that does not react in this time is dead: its lease will end the turn. */
const WAIT_MS = 5_000;

/** Stops turns for their callers, on whatever replica they run. */
@Injectable()
export class TurnStopper {
  constructor(
    private readonly streams: TurnStreams,
    private readonly registry: TurnRegistry,
    private readonly leases: TurnLeaseRepository,
  ) {}

  /**
   * Stops a running turn, and returns the turn in its final state; an ended turn as it is.
   * Still `running` is returned only when its owner does not answer.
   * @throws AppError `not_found`
   */
  async stop(clientId: string, turnId: string): Promise<TurnEntity> {
    const turn = await this.streams.get(clientId, turnId);
    if (turn.status !== 'running') return turn;
    const local = this.registry.find(turn.id);
    if (local) {
      local.cancel();
      await local.ended;
      return this.streams.get(clientId, turn.id);
    }
    await this.leases.requestStop(clientId, turn.id);
    return this.waitForEnd(clientId, turn.id);
  }

  private async waitForEnd(clientId: string, turnId: string): Promise<TurnEntity> {
    const giveUpAt = performance.now() + WAIT_MS;
    for (;;) {
      const turn = await this.streams.get(clientId, turnId);
      if (turn.status !== 'running' || performance.now() > giveUpAt) return turn;
      await sleep(LOOK_EVERY_MS);
    }
  }
}
