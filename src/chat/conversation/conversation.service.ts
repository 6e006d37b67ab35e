import { Injectable } from '@nestjs/common';
import { AppError, notFound } from '../../common/errors/app-error.js';
import { type Page, type PageRequest, readPage } from '../../common/pages/page.js';
import { isStorable } from '../../common/text/storable-text.js';
import {
  type ConversationKey,
  ConversationRepository,
  type ConversationSummary,
  type ConversationTurn,
} from './conversation.repository.js';

/** The conversations of a client. Another client's do not exist here, nor another end user's where one is named. */
@Injectable()
export class ConversationService {
  constructor(private readonly conversations: ConversationRepository) {}

  /** Its conversations, or one end user's, the newest first. */
  list(
    clientId: string,
    { endUser, ...page }: PageRequest & { readonly endUser?: string },
  ): Promise<Page<ConversationSummary>> {
    return readPage(page, (slice) => this.conversations.list(clientId, endUser, slice));
  }

  /** @throws AppError `not_found` */
  async get(key: ConversationKey): Promise<ConversationSummary> {
    return found(isStorable(key.externalId) ? await this.conversations.find(key) : null);
  }

  /**
   * Its turns, the newest first.
   * @throws AppError `not_found`
   */
  async listTurns(key: ConversationKey, page: PageRequest): Promise<Page<ConversationTurn>> {
    const { id } = await this.get(key);
    return readPage(page, (slice) => this.conversations.listTurns(key.clientId, id, slice));
  }

  /** @throws AppError `not_found` */
  async rename(key: ConversationKey, name: string): Promise<ConversationSummary> {
    return found(isStorable(key.externalId) ? await this.conversations.rename(key, name) : null);
  }

  /** @throws AppError `not_found`, `turn_in_progress` while a question is being answered in it */
  async delete(key: ConversationKey): Promise<void> {
    await this.get(key);
    if (await this.conversations.deleteIdle(key)) return;
    // Gone between the two: the deleting caller got its answer.
    await this.get(key);
    throw new AppError(
      'turn_in_progress',
      'A question is still being answered in this conversation: stop it, or wait for its end.',
      { retryAfterSeconds: 1 },
    );
  }
}

function found(conversation: ConversationSummary | null): ConversationSummary {
  if (!conversation) throw notFound('conversation');
  return conversation;
}
