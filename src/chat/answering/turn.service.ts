import { Inject, Injectable } from '@nestjs/common';
import type { CallingClient } from '../../auth/calling-client.js';
import type { RepeatHeaders } from '../../common/http/repeat-headers.js';
import type { TraceHeaders } from '../../common/http/trace-headers.js';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import type { TurnRequest } from '../domain/turn-request.js';
import type { ReadableTurn } from '../reading/readable-turn.js';
import { TurnAsker } from '../admission/turn-asker.js';
import { parseEventId, TurnStreams } from '../reading/turn-streams.js';
import { Deduplicator } from '../admission/deduplicator.js';
import { TurnRegistry } from './turn-registry.js';

/** How a request comes: as a repetition of which other one, and over which connection. */
export interface Call extends RepeatHeaders {
  /** The caller wants the answer from its beginning, wherever it was. */
  readonly isWhole?: true;
  /** Aborted when the connection of the caller has ended. */
  readonly disconnected?: AbortSignal;
  readonly trace?: TraceHeaders;
}

/** The one way through: find the turn that answers a request already, or have a new one answer it. */
@Injectable()
export class TurnService {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly asker: TurnAsker,
    private readonly registry: TurnRegistry,
    private readonly streams: TurnStreams,
    private readonly deduplicator: Deduplicator,
  ) {}

  /**
   * Answers a request: by the turn that it repeats, or by a new one, for which it waits while another question of its
   * conversation is answered. When it resolves, the turn is stored.
   * @throws AppError `model_not_supported`, `prompt_not_found`, `not_found` (another end user's conversation,
   *   an event id of no turn of this client), `turn_in_progress`, `request_differs`, `shutting_down`,
   *   `database_unavailable`, `bad_request` when the caller left; then nothing was stored
   */
  async start(client: CallingClient, request: TurnRequest, call: Call = {}): Promise<ReadableTurn> {
    if (call.lastEventId !== undefined) return this.resume(client, request, call);
    const { idempotencyKey, disconnected, trace } = call;
    const { owner } = this.registry;
    const requestHash = this.deduplicator.hash(request);
    const { repeatWindowMs, disconnectGraceMs } = this.config.turn;
    const [deliveredMs, missedMs] = request.wire.keepsMessages ? [0, 0] : [repeatWindowMs, disconnectGraceMs];
    const asking = {
      client,
      request,
      requestHash,
      idempotencyKey,
      owner,
      deliveredMs,
      missedMs,
      disconnected,
      trace,
    };
    if (idempotencyKey === undefined) {
      this.registry.refuseWhenShuttingDown();
      const { readersReturn } = request.wire;
      const duplicate = readersReturn ? await this.deduplicator.findDuplicate(asking) : null;
      if (duplicate) return this.streams.play(duplicate, 0);
    }
    const asked = await this.asker.ask(asking);
    return asked.kind === 'answered' ? asked.turn : this.streams.play(asked.turn, 0);
  }

  private async resume(
    client: CallingClient,
    request: TurnRequest,
    { lastEventId = '', isWhole }: Call,
  ): Promise<ReadableTurn> {
    const { turnId, seq } = parseEventId(lastEventId);
    const turn = await this.streams.get(client.id, turnId);
    this.deduplicator.refuseOther(turn, request, 'Last-Event-ID names a turn of another request.');
    return this.streams.play(turn, isWhole ? 0 : seq);
  }
}
