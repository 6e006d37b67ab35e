import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { CallingClient } from '../auth/calling-client.js';
import { AppError } from '../common/errors/app-error.js';
import type { RepeatHeaders } from '../common/http/repeat-headers.js';
import type { TurnRequest } from './domain/turn-request.js';
import type { ReadableTurn } from './readable-turn.js';
import { hashRequest } from './request-hash.js';
import type { TurnEntity } from './turn.entity.js';
import { TurnAnswerer } from './turn.answerer.js';
import { type OpenedTurn, TurnOpener } from './turn.opener.js';
import { parseEventId, TurnPlayer } from './turn.player.js';
import { TurnRegistry } from './turn.registry.js';
import { TurnRepository } from './turn.repository.js';

/** How long a repetition without a key waits for the reader of a running twin to go. */
const TWIN_WAIT_MS = 1_000;
const TWIN_LOOK_EVERY_MS = 100;

/** As what a request repeats an earlier one. */
export interface Repetition extends RepeatHeaders {
  /** The caller wants the answer from its beginning, wherever it was. */
  readonly isWhole?: true;
}

/** The one way through: refuse, find the turn that answers this already, or open one and answer it. */
@Injectable()
export class TurnService {
  constructor(
    private readonly opener: TurnOpener,
    private readonly answerer: TurnAnswerer,
    private readonly registry: TurnRegistry,
    private readonly player: TurnPlayer,
    private readonly turns: TurnRepository,
  ) {}

  /**
   * Answers a request: by the turn that it repeats, or by a new one. When it resolves, the turn is stored.
   * @throws AppError `model_not_supported`, `prompt_not_found`, `not_found` (another end user's conversation,
   *   an event id of no turn of this client), `turn_in_progress`, `request_differs`, `shutting_down`,
   *   `database_unavailable`; then nothing was stored
   */
  async start(client: CallingClient, request: TurnRequest, repeat: Repetition = {}): Promise<ReadableTurn> {
    const requestHash = hashRequest(request);
    if (repeat.lastEventId !== undefined) return this.resume(client, requestHash, repeat);
    this.registry.refuseWhenShuttingDown();
    const { idempotencyKey } = repeat;
    if (idempotencyKey === undefined && request.endUser !== undefined) {
      const twin = await this.findUnreadTwin(client.id, request.endUser, requestHash);
      if (twin) return this.player.play(twin, 0);
    }
    const asking = { client, request, requestHash, idempotencyKey, owner: this.registry.owner };
    for (;;) {
      const opening = await this.opener.open(asking);
      if (opening.kind === 'opened') return this.answer(opening);
      const earlier = await this.findByKey(client.id, idempotencyKey ?? '');
      if (!earlier) continue;
      refuseOther(earlier, requestHash, 'This Idempotency-Key was used for another request.');
      return this.player.play(earlier, 0);
    }
  }

  private answer({ id, conversationId, plan }: OpenedTurn): ReadableTurn {
    const turn = this.answerer.prepare(id, plan);
    this.registry.add(turn);
    turn.start();
    return {
      id,
      variant: plan.request.variant,
      conversationId,
      model: plan.model.name,
      events$: turn.read(),
    };
  }

  private async resume(
    client: CallingClient,
    requestHash: Buffer,
    { lastEventId = '', isWhole }: Repetition,
  ): Promise<ReadableTurn> {
    const { turnId, seq } = parseEventId(lastEventId);
    const turn = await this.player.get(client.id, turnId);
    refuseOther(turn, requestHash, 'Last-Event-ID names a turn of another request.');
    return this.player.play(turn, isWhole ? 0 : seq);
  }

  private async findByKey(clientId: string, key: string): Promise<TurnEntity | null> {
    // A key that has grown old, or was freed by a failure meanwhile, can be used anew.
    if (await this.turns.releaseOldKey(clientId, key)) return null;
    return this.turns.findByIdempotencyKey(clientId, key);
  }

  /**
   * The running turn that answers the same request of the same end user, and that nobody reads any more, or
   * in a moment will not: its caller lost the connection before it had an id to come back with.
   */
  private async findUnreadTwin(
    clientId: string,
    endUser: string,
    requestHash: Buffer,
  ): Promise<TurnEntity | null> {
    const giveUpAt = performance.now() + TWIN_WAIT_MS;
    for (;;) {
      const twin = await this.turns.findRunningTwin(clientId, endUser, requestHash);
      if (!twin) return null;
      const isUnread = this.registry.find(twin.id)?.hasReaders === false || twin.isUnread;
      if (isUnread) return this.turns.findOfClient(clientId, twin.id);
      if (performance.now() > giveUpAt) return null;
      await sleep(TWIN_LOOK_EVERY_MS);
    }
  }
}

function refuseOther(turn: TurnEntity, requestHash: Buffer, detail: string): void {
  if (!turn.requestHash.equals(requestHash)) throw new AppError('request_differs', detail);
}
