import { Injectable } from '@nestjs/common';
import { AppError, callerLeft } from '../../common/errors/app-error.js';
import { ConversationQueue } from './conversation-queue.js';
import type { ReadableTurn } from '../reading/readable-turn.js';
import { TurnAnswerer } from '../answering/turn-answerer.js';
import type { AskedConversation } from '../turn/turn-lease.repository.js';
import type { TurnEntity } from '../turn/turn.entity.js';
import type { Asking } from './asking.js';
import { type OpenedTurn, type Opening, TurnAdmission } from './turn-admission.js';
import { Deduplicator } from './deduplicator.js';
import { TurnRegistry } from '../answering/turn-registry.js';

/** A turn of its own answers a question, or the earlier turn that it repeats. */
export type Asked =
  | { readonly kind: 'answered'; readonly turn: ReadableTurn }
  | { readonly kind: 'repeats'; readonly turn: TurnEntity };

/** Opens turns and begins to answer them: at once, or when their conversation is free. */
@Injectable()
export class TurnAsker {
  constructor(
    private readonly admission: TurnAdmission,
    private readonly answerer: TurnAnswerer,
    private readonly registry: TurnRegistry,
    private readonly queue: ConversationQueue,
    private readonly deduplicator: Deduplicator,
  ) {}

  /** @throws AppError as `TurnService.start` */
  async ask(asking: Asking): Promise<Asked> {
    return (await this.tryToAsk(asking)) ?? this.askInTurn(asking);
  }

  /** Null: another question of its conversation is being answered. */
  private async tryToAsk(asking: Asking): Promise<Asked | null> {
    const { client, request, idempotencyKey } = asking;
    for (;;) {
      const opening = await this.open(asking);
      if (opening.kind === 'opened')
        return { kind: 'answered', turn: this.answer(opening, asking.disconnected) };
      // The turn of a key comes again, whatever would refuse the question today.
      const earlier =
        idempotencyKey === undefined
          ? null
          : await this.deduplicator.findByKey(client.id, request, idempotencyKey);
      if (earlier) return { kind: 'repeats', turn: earlier };
      if (opening.kind === 'refused') throw opening.refusal;
      if (opening.kind === 'conversation_busy') return null;
    }
  }

  private async askInTurn(asking: Asking): Promise<Asked> {
    const { client, request, disconnected } = asking;
    const place = this.queue.join({
      ...conversationOf(asking),
      isRepetitionOf: (turn) => request.wire.readersReturn && this.deduplicator.isRepetitionOf(turn, request),
      disconnected,
    });
    try {
      for (;;) {
        const repeatedId = await place.untilFree();
        const turn = repeatedId && (await this.deduplicator.findRepeated(client.id, request, repeatedId));
        if (turn) return { kind: 'repeats', turn };
        const asked = (await this.findAnswered(asking)) ?? (await this.tryToAsk(asking));
        if (asked) return asked;
      }
    } finally {
      place.leave();
    }
  }

  /** The question that it waited for may have been the same, asked twice at once. */
  private async findAnswered(asking: Asking): Promise<Asked | null> {
    if (asking.idempotencyKey !== undefined) return null;
    const turn = await this.deduplicator.findCompletedDuplicate(asking);
    return turn && { kind: 'repeats', turn };
  }

  private async open(asking: Asking): Promise<Opening | Refused> {
    try {
      this.registry.refuseWhenShuttingDown();
      // Its answer would have no reader, and keep its conversation busy.
      if (asking.disconnected?.aborted) throw callerLeft();
      return await this.admission.open(asking);
    } catch (refusal) {
      if (!(refusal instanceof AppError)) throw refusal;
      // The client may be over its limit only because of the turn that this question waits for.
      const mayWait =
        refusal.code === 'too_many_requests' && (await this.queue.isBusy(conversationOf(asking)));
      return mayWait ? { kind: 'conversation_busy' } : { kind: 'refused', refusal };
    }
  }

  private answer({ id, conversationId, plan }: OpenedTurn, disconnected?: AbortSignal): ReadableTurn {
    const turn = this.answerer.prepare(id, plan);
    this.registry.add(turn);
    turn.start();
    if (disconnected?.aborted) turn.noteLeft();
    else disconnected?.addEventListener('abort', () => turn.noteLeft(), { once: true });
    return {
      id,
      variant: plan.request.wire.name,
      conversationId,
      model: plan.model.name,
      events$: turn.read(),
    };
  }
}

/** Its id is empty where the request names none, which no conversation has. */
function conversationOf({ client, request }: Asking): AskedConversation {
  return {
    clientId: client.id,
    conversationId: request.conversation?.externalId ?? '',
    endUser: request.endUser,
  };
}

/** Why a turn could not be opened. Nothing was stored. */
interface Refused {
  readonly kind: 'refused';
  readonly refusal: AppError;
}
