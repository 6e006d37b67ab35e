import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { AppError, callerLeft } from '../../common/errors/app-error.js';
import { type Drainable, Shutdown } from '../../common/shutdown.js';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { DatabaseShares } from '../../database/database-shares.js';
import type { RunningTurn } from '../answering/running-turn.js';
import {
  type AskedConversation,
  type BlockingTurn,
  TurnLeaseRepository,
} from '../turn/turn-lease.repository.js';
import { shuttingDown, TurnRegistry } from '../answering/turn-registry.js';

/** How often a turn of this process is looked at, in memory. */
const LOOK_HERE_EVERY_MS = 100;
/** How often a turn of another replica is looked at, by one statement. */
const LOOK_ELSEWHERE_EVERY_MS = 250;
/** For how long its owner believes that a question waits for it. */
const AWAITED_FOR_MS = 1_000;

/** A question that waits for the end of another one of its conversation. */
export interface WaitingQuestion extends AskedConversation {
  /** Whether the question asks again for what `turn` answers. */
  readonly isRepetitionOf: (turn: BlockingTurn) => boolean;
  readonly disconnected?: AbortSignal;
}

/**
 * Questions that wait for their conversation to be free: on this replica in the order in which they came. Among
 * replicas the database decides who is next: its unique index over running turns, against which each tries again.
 * Nothing is held while a question waits but its request.
 */
@Injectable()
export class ConversationQueue implements Drainable {
  private readonly places = new Set<Place>();
  /** By conversation, when the last in line has left it, and all before it. */
  private readonly lines = new Map<string, Promise<void>>();

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly registry: TurnRegistry,
    private readonly leases: TurnLeaseRepository,
    private readonly shares: DatabaseShares,
    shutdown: Shutdown,
  ) {
    shutdown.register(this);
  }

  /** Whether a turn of the conversation runs. */
  async isBusy(asked: AskedConversation): Promise<boolean> {
    return (await this.shares.run(asked.clientId, () => this.leases.findRunning(asked))) !== null;
  }

  /** A place at the end of the line. Its owner has to leave it, whatever happens. */
  join(question: WaitingQuestion): Place {
    const line = `${question.clientId} ${question.conversationId}`;
    const place = new Place(question, {
      ahead: this.lines.get(line) ?? Promise.resolve(),
      registry: this.registry,
      leases: this.leases,
      shares: this.shares,
      waitMs: this.config.turn.conversationWaitMs,
    });
    this.places.add(place);
    this.lines.set(line, place.gone);
    void place.gone.then(() => {
      this.places.delete(place);
      if (this.lines.get(line) === place.gone) this.lines.delete(line);
    });
    return place;
  }

  drain(): Promise<void> {
    for (const place of this.places) place.end(shuttingDown());
    return Promise.resolve();
  }
}

interface Surroundings {
  /** Resolves when all that came before have left the line. */
  readonly ahead: Promise<void>;
  readonly registry: TurnRegistry;
  readonly leases: TurnLeaseRepository;
  readonly shares: DatabaseShares;
  readonly waitMs: number;
}

/** A place in the line of a conversation. */
export class Place {
  /** Resolves when it and all places before it were left. */
  readonly gone: Promise<void>;
  /** To be called when nothing waits at it any more. */
  leave!: () => void;
  /** Ends its waiting. */
  end!: (reason: AppError) => void;
  /** Rejects when there is to be no more waiting. */
  private readonly over: Promise<never>;

  constructor(
    private readonly question: WaitingQuestion,
    private readonly around: Surroundings,
  ) {
    this.over = new Promise((_, reject) => (this.end = reject));
    // It may come while nothing waits for it.
    this.over.catch(() => undefined);
    const { disconnected } = question;
    const hangUp = () => this.end(callerLeft());
    const timer = setTimeout(() => this.end(inProgress()), around.waitMs);
    if (disconnected?.aborted) hangUp();
    else disconnected?.addEventListener('abort', hangUp);
    const left = new Promise<void>((resolve) => {
      this.leave = () => {
        clearTimeout(timer);
        disconnected?.removeEventListener('abort', hangUp);
        resolve();
      };
    });
    this.gone = around.ahead.then(() => left);
  }

  /**
   * Waits until it is first in line and no turn of the conversation is known to run; another may begin before the
   * question is opened. A running turn that has lost its readers is ended.
   * @returns null, or the id of a running turn without readers that answers this very question
   * @throws AppError `turn_in_progress` after `CONVERSATION_WAIT_MS`, `shutting_down`, `bad_request` when the caller left
   */
  async untilFree(): Promise<string | null> {
    await this.upTo(this.around.ahead);
    const { leases, registry } = this.around;
    const { isRepetitionOf } = this.question;
    for (;;) {
      const turn = await this.ask(() => leases.findRunning(this.question));
      if (!turn) return null;
      const here = registry.find(turn.id);
      if (isRepetitionOf(turn)) {
        if ((here?.isLeft ?? turn.isLeft) && !turn.isReadElsewhere) return turn.id;
        await this.upTo(Promise.race([pause(LOOK_ELSEWHERE_EVERY_MS), ...(here ? [here.ended] : [])]));
      } else if (here) await this.untilEndOf(here);
      else await this.untilEndElsewhere(turn);
    }
  }

  private async untilEndOf(turn: RunningTurn): Promise<void> {
    while (this.around.registry.find(turn.id)) {
      await this.upTo(turn.yield());
      await this.upTo(Promise.race([turn.ended, pause(LOOK_HERE_EVERY_MS)]));
    }
  }

  private async untilEndElsewhere({ id }: BlockingTurn): Promise<void> {
    while (await this.ask(() => this.around.leases.noteAwaited(id, AWAITED_FOR_MS)))
      await this.upTo(pause(LOOK_ELSEWHERE_EVERY_MS));
  }

  /** Asks the database, in the share of the client. */
  private ask<T>(statement: () => Promise<T>): Promise<T> {
    return this.upTo(this.around.shares.runAccepted(this.question.clientId, statement));
  }

  /** The result of `work`; rejects when the wait ends first. */
  private upTo<T>(work: Promise<T>): Promise<T> {
    return Promise.race([this.over, work]);
  }
}

function pause(ms: number): Promise<void> {
  return sleep(ms, undefined, { ref: false });
}

function inProgress(): AppError {
  return new AppError('turn_in_progress', 'This conversation has a question that is still being answered.', {
    retryAfterSeconds: 1,
  });
}
