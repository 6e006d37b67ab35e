import { Injectable } from '@nestjs/common';
import { RequestMemory } from '../../../../common/http/body/request-memory.js';
import type { EmbeddingRequest } from '../../../../llm/embeddings/embedding-request.js';
import type { VectorAnswer } from '../../../../llm/embeddings/vector-answer.js';
import { EmbeddingsService } from '../../../../llm/embeddings.service.js';
import { TurnLimits } from '../../../admission/turn-limits.js';
import { throwInOpenAiWords } from '../../v1-errors.js';
import { orNothing } from '../../given-text.js';

/** An answer takes memory in steps of so many bytes. */
const STEP_BYTES = 1_048_576;

interface CallOfCaller {
  readonly request: EmbeddingRequest;
  /** As the caller gave it. */
  readonly model?: string | null;
  readonly signal: AbortSignal;
}

export interface AnsweredCall {
  readonly model: string;
  readonly vectors: VectorAnswer;
}

/** Calls of the embedding model, within the limits that hold for all calls of a client. */
@Injectable()
export class EmbeddingCalls {
  constructor(
    private readonly embeddings: EmbeddingsService,
    private readonly limits: TurnLimits,
    private readonly memory: RequestMemory,
  ) {}

  /**
   * Asks the model, and holds the memory of its answer until `send` has ended.
   * @throws AppError as `EmbeddingsService`, in the words of the wire; `too_many_requests`, `service_overloaded` where there is no memory
   */
  async run(
    { request, model, signal }: CallOfCaller,
    send: (call: AnsweredCall) => Promise<void>,
  ): Promise<void> {
    const name = this.nameOf(model);
    const { place, release } = this.limits.admitEmbedding(request.client);
    const held = this.memory.hold(request.client, 0);
    let heldBytes = 0;
    const onBytes = (bytes: number) => {
      if (bytes <= heldBytes) return;
      heldBytes = bytes + STEP_BYTES;
      held.resize(heldBytes);
    };
    try {
      const vectors = await this.embeddings.embed(request, { place, signal, onBytes }).finally(release);
      await send({ model: name, vectors });
    } finally {
      held.release();
    }
  }

  private nameOf(model: string | null | undefined): string {
    try {
      return this.embeddings.getModel(orNothing(model));
    } catch (error) {
      return throwInOpenAiWords(error);
    }
  }
}
