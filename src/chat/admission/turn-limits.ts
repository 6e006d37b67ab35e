import { Injectable } from '@nestjs/common';
import { DatabaseShares } from '../../database/database-shares.js';
import type { ModelPlace } from '../../llm/completion.js';
import { EmbeddingsService } from '../../llm/embeddings.service.js';
import { LlmService } from '../../llm/llm.service.js';

/** What was given to a question that its client's limits allow. */
export interface Admission {
  /** At a target of the model; null: the model needs no place, or no target has one. */
  readonly place: ModelPlace | null;
  /** To be called when the question is not answered after all, and when its answer has ended. */
  readonly release: () => void;
}

/**
 * What a client's own use may refuse it, decided before a turn is stored and before any model is asked: the one place
 * where a limit may refuse. A further limit, such as a quota, refuses in {@link admit} and gives back in its `release`.
 */
@Injectable()
export class TurnLimits {
  constructor(
    private readonly llm: LlmService,
    private readonly database: DatabaseShares,
    private readonly embeddings: EmbeddingsService,
  ) {}

  /** @throws AppError `too_many_requests` when the client's answers hold its share of the model */
  admit(clientId: string, model: string): Admission {
    const place = this.llm.reserve(model, clientId);
    return { place, release: () => place?.release() };
  }

  /** The same for a request to the embedding model. */
  admitEmbedding(clientId: string): Admission {
    const place = this.embeddings.reserve(clientId);
    return { place, release: () => place?.release() };
  }

  /** Does what opening a turn asks of the database, in the client's share. @throws AppError `too_many_requests` */
  inShare<Result>(clientId: string, work: () => Promise<Result>): Promise<Result> {
    return this.database.run(clientId, work);
  }
}
