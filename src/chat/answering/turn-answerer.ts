import { Inject, Injectable, Logger } from '@nestjs/common';
import { estimateTokens } from '../../common/text/token-estimate.js';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { summarizeDatabaseError } from '../../database/database-error.js';
import { RunningTurn } from './running-turn.js';
import { TurnLeaseRepository } from '../turn/turn-lease.repository.js';
import type { GenerationPlan } from './generation-plan.js';
import { TurnGenerator } from './turn-generator.js';
import { EventLog } from '../turn/event-log.js';
import { TurnRecorder } from './turn-recorder.js';

/**
 * How long a turn goes on without a reader where none can come back. Not 0: it begins before its reader is there. As often, its
 * owner asks whether it is read on another replica.
 */
const LEFT_FOR_GOOD_MS = 250;

/** Turns an opened turn into a running one: generation, log, lease and end, put together. */
@Injectable()
export class TurnAnswerer {
  private readonly logger = new Logger(TurnAnswerer.name);

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly generator: TurnGenerator,
    private readonly log: EventLog,
    private readonly recorder: TurnRecorder,
    private readonly leases: TurnLeaseRepository,
  ) {}

  /** The turn, not started yet. */
  prepare(id: string, plan: GenerationPlan): RunningTurn {
    const { client } = plan;
    const { disconnectGraceMs } = this.config.turn;
    // Until the prompt is composed, the model has been sent nothing.
    let inputTokens = 0;
    const turn: RunningTurn = new RunningTurn({
      id,
      wire: plan.request.wire.name,
      model: plan.model.name,
      generation$: this.generator.generate(plan, () => turn.text),
      log: this.log,
      record: async (end) => {
        const recorded = await this.recorder.record({ id, clientId: client.id, ...end });
        this.log.forget(id);
        return recorded;
      },
      onReaders: (areThere) => this.noteReaders(id, areThere),
      // Asked again after another grace: a turn is not ended because its readers cannot be asked for.
      isReadElsewhere: () => this.leases.isReadElsewhere(id).catch(() => true),
      onPrompt: (tokens) => {
        inputTokens = tokens;
        this.log.notePrompt(id, tokens);
      },
      estimateUsage: (written) => ({ inputTokens, outputTokens: estimateTokens(written) }),
      disconnectGraceMs: plan.mayBeReadAgain
        ? disconnectGraceMs
        : Math.min(LEFT_FOR_GOOD_MS, disconnectGraceMs),
    });
    return turn;
  }

  /** For other replicas: a repetition of the question that comes to one of them may take the turn over. */
  private noteReaders(id: string, areThere: boolean): void {
    if (this.config.database.kind === 'embedded') return;
    this.leases.noteReaders(id, areThere).catch((cause: unknown) => {
      this.logger.warn({
        message: 'Could not note who reads a turn',
        turnId: id,
        error: summarizeDatabaseError(cause),
      });
    });
  }
}
