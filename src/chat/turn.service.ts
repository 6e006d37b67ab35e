import { Injectable } from '@nestjs/common';
import type { CallingClient } from '../auth/calling-client.js';
import { AppError } from '../common/errors/app-error.js';
import type { RepeatHeaders } from '../common/http/repeat-headers.js';
import type { TurnRequest } from './domain/turn-request.js';
import type { ReadableTurn } from './readable-turn.js';
import { TurnAnswerer } from './turn.answerer.js';
import { type Asking, type OpenedTurn, type Opening, TurnOpener } from './turn.opener.js';
import { parseEventId, TurnPlayer } from './turn.player.js';
import { TurnRecognizer } from './turn.recognizer.js';
import { TurnRegistry } from './turn.registry.js';

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
    private readonly recognizer: TurnRecognizer,
  ) {}

  /**
   * Answers a request: by the turn that it repeats, or by a new one. When it resolves, the turn is stored.
   * @throws AppError `model_not_supported`, `prompt_not_found`, `not_found` (another end user's conversation,
   *   an event id of no turn of this client), `turn_in_progress`, `request_differs`, `shutting_down`,
   *   `database_unavailable`; then nothing was stored
   */
  async start(client: CallingClient, request: TurnRequest, repeat: Repetition = {}): Promise<ReadableTurn> {
    if (repeat.lastEventId !== undefined) return this.resume(client, request, repeat);
    const { idempotencyKey } = repeat;
    const requestHash = this.recognizer.hash(request);
    if (idempotencyKey === undefined) {
      this.registry.refuseWhenShuttingDown();
      const twin = await this.recognizer.findUnreadTwin(client.id, request, requestHash);
      if (twin) return this.player.play(twin, 0);
    }
    const asking = { client, request, requestHash, idempotencyKey, owner: this.registry.owner };
    for (;;) {
      const opening = await this.open(asking);
      if (opening.kind === 'opened') return this.answer(opening);
      // What a key stands for comes again, whatever would refuse the question today.
      const earlier =
        idempotencyKey === undefined
          ? null
          : await this.recognizer.findByKey(client.id, request, idempotencyKey);
      if (earlier) return this.player.play(earlier, 0);
      if (opening.kind === 'refused') throw opening.refusal;
    }
  }

  private async open(asking: Asking): Promise<Opening | Refused> {
    try {
      this.registry.refuseWhenShuttingDown();
      return await this.opener.open(asking);
    } catch (refusal) {
      if (refusal instanceof AppError) return { kind: 'refused', refusal };
      throw refusal;
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
    request: TurnRequest,
    { lastEventId = '', isWhole }: Repetition,
  ): Promise<ReadableTurn> {
    const { turnId, seq } = parseEventId(lastEventId);
    const turn = await this.player.get(client.id, turnId);
    this.recognizer.refuseOther(turn, request, 'Last-Event-ID names a turn of another request.');
    return this.player.play(turn, isWhole ? 0 : seq);
  }
}

/** Why a turn could not be opened. Nothing was stored. */
interface Refused {
  readonly kind: 'refused';
  readonly refusal: AppError;
}
