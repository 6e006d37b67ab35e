import { Injectable } from '@nestjs/common';
import { TurnReader } from '../chat/turn.reader.js';
import { notFound } from '../common/errors/app-error.js';
import { isUuid } from '../common/uuid.js';
import type { FeedbackEntity } from './feedback.entity.js';
import { FeedbackRepository } from './feedback.repository.js';

/** What an end user says about a turn; what is absent or null is not given. */
export interface FeedbackContent {
  /** 1 (plain) to 5 (best). */
  readonly stars?: number | null;
  readonly reason?: string | null;
  readonly betterAnswer?: string | null;
}

export interface FeedbackRequest extends FeedbackContent {
  readonly clientId: string;
  readonly turnId: string;
  /** The end user, as the caller names it. */
  readonly uid: string;
}

/** A feedback as it stands. */
export type GivenFeedback = Pick<FeedbackEntity, 'uid' | 'stars' | 'reason' | 'betterAnswer' | 'updatedAt'>;

/** What end users think of the turns they asked. */
@Injectable()
export class FeedbackService {
  constructor(
    private readonly feedback: FeedbackRepository,
    private readonly turns: TurnReader,
  ) {}

  /**
   * Stores a feedback, or replaces the given fields of the one that this end user gave before; its
   * `revision` is 1 exactly when it is the first. A feedback in which nothing is given is one, too.
   * @throws AppError `not_found`: no such turn of this client, or another end user's
   */
  async send({ clientId, turnId, uid, ...content }: FeedbackRequest): Promise<FeedbackEntity> {
    const turn = await this.turns.findOwner(clientId, turnId);
    if (!turn || (turn.endUser !== null && !isSameEndUser(turn.endUser, uid))) throw notFound('turn');
    const { stars = null, reason = null, betterAnswer = null } = content;
    // Under the turn's own spelling of the end user, so that two spellings do not make two feedbacks.
    const given = { clientId, turnId: turn.turnId, uid: turn.endUser ?? uid, stars, reason, betterAnswer };
    const stored = (await this.feedback.insert(given)) ?? (await this.feedback.replace(given));
    // Deleted since it was looked up.
    if (stored === null || stored === 'no-turn') throw notFound('turn');
    return stored;
  }

  /** What was said of a turn, oldest first. */
  async listOfTurn(clientId: string, turnId: string): Promise<GivenFeedback[]> {
    return this.feedback.listOfTurn(clientId, turnId);
  }
}

/** UUIDs are the same in either case (RFC 9562); every other name is compared as it is. */
function isSameEndUser(one: string, other: string): boolean {
  return one === other || (isUuid(one) && isUuid(other) && one.toLowerCase() === other.toLowerCase());
}
