import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { LlmService } from '../../llm/llm.service.js';
import { PromptService } from '../../prompt/prompt.service.js';
import type { TurnRequest } from '../domain/turn-request.js';
import { expectRepetition, hashRequest, isRepetition } from './request-hash.js';
import type { BlockingTurn } from '../turn/turn-lease.repository.js';
import type { TurnEntity } from '../turn/turn.entity.js';
import type { Asking } from './asking.js';
import { TurnLimits } from './turn-limits.js';
import { TurnRegistry } from '../answering/turn-registry.js';
import { TurnRepository, type Duplicate } from '../turn/turn.repository.js';

/** How long a repetition without a key waits for the reader of a running duplicate to go. */
const DUPLICATE_WAIT_MS = 1_000;
const DUPLICATE_LOOK_EVERY_MS = 100;

/** Recognizes a question that was asked before, and finds the turn that answers it. */
@Injectable()
export class Deduplicator {
  constructor(
    private readonly turns: TurnRepository,
    private readonly registry: TurnRegistry,
    private readonly llm: LlmService,
    private readonly prompts: PromptService,
    private readonly limits: TurnLimits,
  ) {}

  /** The hash by which a repetition of the request is found. */
  hash(request: TurnRequest): Buffer {
    return hashRequest(request, { prompts: this.prompts, defaultModel: this.llm.getModel().name });
  }

  /** @throws AppError `request_differs`, saying `detail`, when `request` does not ask for what `turn` answers */
  refuseOther(turn: TurnEntity, request: TurnRequest, detail: string): void {
    expectRepetition(request, turn, { prompts: this.prompts, detail });
  }

  /**
   * The turn that the client used a key for, for this end user.
   * @throws AppError `request_differs`
   */
  async findByKey(clientId: string, request: TurnRequest, key: string): Promise<TurnEntity | null> {
    const owner = { clientId, endUser: request.endUser ?? null };
    const turn = await this.limits.inShare(clientId, async () =>
      // A key that has grown old, or was freed by a failure meanwhile, can be used again.
      (await this.turns.releaseOldKey(owner, key)) ? null : this.turns.findByIdempotencyKey(owner, key),
    );
    if (turn) this.refuseOther(turn, request, 'This Idempotency-Key was used for another request.');
    return turn;
  }

  /**
   * The turn of the same end user that answers the same request, and
   * - runs without a reader, or in a moment will: its caller lost the connection before it had an id to come back with;
   * - or was delivered just now: a library that takes the end of a stream for a fault asks again, for ever;
   * - or completed after all its readers had left: a caller whose timeout is too short would never get an answer.
   *   Without an end user it needs a named conversation: two users may ask the same.
   */
  async findDuplicate(asking: Asking): Promise<TurnEntity | null> {
    const { client, request } = asking;
    const giveUpAt = performance.now() + DUPLICATE_WAIT_MS;
    for (;;) {
      const duplicate = await this.look(asking);
      if (!duplicate) return null;
      const isUnread = this.registry.find(duplicate.id)?.hasReaders === false || duplicate.isUnread;
      if (isUnread || duplicate.isCompleted) return this.findRepeated(client.id, request, duplicate.id);
      if (performance.now() > giveUpAt) return null;
      await sleep(DUPLICATE_LOOK_EVERY_MS);
    }
  }

  /** The same, but only of turns that have ended, and without waiting. */
  async findCompletedDuplicate(asking: Asking): Promise<TurnEntity | null> {
    const duplicate = await this.look(asking);
    return duplicate?.isCompleted ? this.findRepeated(asking.client.id, asking.request, duplicate.id) : null;
  }

  private async look({ client, request, requestHash, ...within }: Asking): Promise<Duplicate | null> {
    const { endUser = null, conversation } = request;
    if (endUser === null && conversation?.externalId === undefined) return null;
    const { deliveredMs, missedMs } = within;
    return this.limits.inShare(client.id, () =>
      this.turns.findDuplicate({ clientId: client.id, endUser, requestHash, deliveredMs, missedMs }),
    );
  }

  /** Whether `request` asks again for what a running turn of its conversation answers. */
  isRepetitionOf(turn: BlockingTurn, request: TurnRequest): boolean {
    return turn.endUser === (request.endUser ?? null) && isRepetition(request, turn, this.prompts);
  }

  /** The turn of that id, if `request` asks again for what it answers. */
  async findRepeated(clientId: string, request: TurnRequest, turnId: string): Promise<TurnEntity | null> {
    const turn = await this.limits.inShare(clientId, () => this.turns.findOfClient(clientId, turnId));
    return turn && isRepetition(request, turn, this.prompts) ? turn : null;
  }
}
