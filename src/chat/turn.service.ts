import { Inject, Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { CallingClient } from '../auth/calling-client.js';
import { estimateTokens } from '../common/text/token-estimate.js';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import type { TurnEvent } from './domain/turn-event.js';
import type { TurnRequest } from './domain/turn-request.js';
import { RunningTurn } from './running-turn.js';
import { TurnGenerator } from './turn.generator.js';
import { TurnOpener } from './turn.opener.js';
import { TurnRecorder } from './turn.recorder.js';
import { TurnRegistry } from './turn.registry.js';

/** An accepted turn, as a controller reads it. */
export interface StartedTurn {
  readonly id: string;
  /** The caller's id of its conversation, or ours for a new one; absent: it belongs to none. */
  readonly conversationId?: string;
  readonly model: string;
  /** From `turn.started` to the terminal event. Unsubscribing leaves the turn running for its grace. */
  readonly events$: Observable<TurnEvent>;
}

/** The one way through: refuse or open, then answer. */
@Injectable()
export class TurnService {
  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly opener: TurnOpener,
    private readonly generator: TurnGenerator,
    private readonly recorder: TurnRecorder,
    private readonly registry: TurnRegistry,
  ) {}

  /**
   * Opens a turn and lets it be answered. When it resolves, the turn's row is stored.
   * @throws AppError `model_not_supported`, `prompt_not_found`, `not_found` (another end user's
   *   conversation), `shutting_down`, `database_unavailable`; then nothing was stored
   */
  async start(client: CallingClient, request: TurnRequest): Promise<StartedTurn> {
    this.registry.refuseWhenShuttingDown();
    const { id, conversationId, plan } = await this.opener.open(client, request);
    const inputTokens = estimateTokens(request.question);
    const turn = new RunningTurn({
      id,
      generation$: this.generator.generate(plan),
      record: (end) => this.recorder.record({ id, clientId: client.id, ...end }),
      estimateUsage: (answer) => ({ inputTokens, outputTokens: estimateTokens(answer) }),
      disconnectGraceMs: this.config.turn.disconnectGraceMs,
    });
    this.registry.add(turn);
    turn.start();
    return { id, conversationId, model: plan.model.name, events$: turn.read() };
  }
}
