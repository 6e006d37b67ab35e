import { Inject, Injectable } from '@nestjs/common';
import { TurnQueries } from '../chat/reading/turn-queries.js';
import { type AppError, invalidField, notFound } from '../common/errors/app-error.js';
import { type Page, type PageRequest, readPage } from '../common/pages/page.js';
import { readUuid } from '../common/uuid.js';
import type { FeedbackFilter } from './feedback-filter.js';
import type { FeedbackEntity } from './feedback.entity.js';
import { FeedbackRepository, MAX_FEEDBACK_OF_TURN } from './feedback.repository.js';
import { type RatedTurn, RatedTurnRepository } from './rated-turn.repository.js';

/** Feedback that a receipt shows at most. */
const MAX_SHOWN = 100;

/** How often a feedback is stored that is withdrawn while it is. */
const MAX_SEND_ATTEMPTS = 10;

/** What an end user says about a turn; what is absent or null is not given. */
export interface FeedbackContent {
  /** 1 (plain) to 5 (best). */
  readonly stars?: number | null;
  readonly reason?: string | null;
  readonly betterAnswer?: string | null;
}

/** Whose feedback on what. */
export interface FeedbackKey {
  readonly clientId: string;
  readonly turnId: string;
  /** The end user, as the caller names it. */
  readonly uid: string;
}

export interface FeedbackRequest extends FeedbackKey, FeedbackContent {}

/** A feedback as it is stored, and whether it is the first of this end user on this turn. */
export interface SentFeedback {
  readonly feedback: FeedbackEntity;
  readonly isNew: boolean;
}

/** Which part of which list is wanted. */
export type FeedbackListRequest = PageRequest & FeedbackFilter & { readonly uid?: string };

/** A feedback in its latest revision. */
export type GivenFeedback = Pick<FeedbackEntity, 'uid' | 'stars' | 'reason' | 'betterAnswer' | 'updatedAt'>;

export interface FeedbackOfTurn {
  readonly count: number;
  readonly latest: readonly GivenFeedback[];
}

/** What end users think of the turns they asked. */
@Injectable()
export class FeedbackService {
  constructor(
    private readonly feedback: FeedbackRepository,
    @Inject(TurnQueries) private readonly turns: Pick<TurnQueries, 'findOwner'>,
    private readonly rated: RatedTurnRepository,
  ) {}

  /**
   * Stores a feedback, or replaces the given fields of this end user's earlier one. A feedback that changes
   * nothing makes no revision.
   * @throws AppError `not_found`: no such turn of this client, or another end user's; `validation_failed`: the turn has
   * feedback of 1,000 end users
   */
  async send({ clientId, turnId, uid, ...content }: FeedbackRequest): Promise<SentFeedback> {
    const key = await this.findKey({ clientId, turnId, uid });
    if (!key) throw notFound('turn');
    const { stars = null, reason = null, betterAnswer = null } = content;
    const given = { ...key, stars, reason, betterAnswer };
    for (let attempt = 1; attempt <= MAX_SEND_ATTEMPTS; attempt++) {
      const inserted = await this.feedback.insert(given);
      // The turn was deleted since it was looked up.
      if (inserted === 'no-turn') break;
      if (inserted) return { feedback: inserted, isNew: true };
      const stored = await this.feedback.replace(given);
      if (stored) return { feedback: stored, isNew: false };
      if ((await this.feedback.countOfTurn(clientId, key.turnId)) >= MAX_FEEDBACK_OF_TURN) throw full();
      // The feedback was withdrawn between the two: this one is the first again.
    }
    throw notFound('turn');
  }

  /** A client's feedback with what it is on, the newest first. */
  list(clientId: string, { limit, cursor, ...filter }: FeedbackListRequest): Promise<Page<RatedTurn>> {
    return readPage({ limit, cursor }, (slice) => this.rated.list(clientId, filter, slice));
  }

  /**
   * Forgets a feedback, all its revisions included.
   * @throws AppError `not_found`: there is none, or it is another client's or another end user's
   */
  async withdraw(request: FeedbackKey): Promise<void> {
    const key = await this.findKey(request);
    const isWithdrawn = key !== null && (await this.feedback.delete(key.clientId, key.turnId, key.uid));
    if (!isWithdrawn) throw notFound('feedback');
  }

  /** What was said of a turn: all of it in number, the latest hundred (fewer where they are long), oldest first. */
  async readOfTurn(clientId: string, turnId: string): Promise<FeedbackOfTurn> {
    const latest = await this.feedback.listLatestOfTurn(clientId, turnId, MAX_SHOWN);
    const count = await this.feedback.countOfTurn(clientId, turnId);
    return { count, latest: latest.reverse() };
  }

  /**
   * The key that a feedback is kept under; null: the client has no such turn, or another end user asked it. Under
   * the turn's own spelling of the end user, so that two spellings do not make two feedbacks.
   */
  private async findKey({ clientId, turnId, uid }: FeedbackKey): Promise<FeedbackKey | null> {
    const turn = await this.turns.findOwner(clientId, turnId);
    if (!turn || (turn.endUser !== null && !isSameEndUser(turn.endUser, uid))) return null;
    return { clientId, turnId: turn.turnId, uid: turn.endUser ?? uid };
  }
}

function full(): AppError {
  return invalidField(
    '/uid',
    `the turn has feedback of ${MAX_FEEDBACK_OF_TURN} end users, and takes no more`,
  );
}

/** UUIDs are the same in all their forms; every other name is compared as it is. */
function isSameEndUser(one: string, other: string): boolean {
  if (one === other) return true;
  const uuid = readUuid(one);
  return uuid !== null && uuid === readUuid(other);
}
