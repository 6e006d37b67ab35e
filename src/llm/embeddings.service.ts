import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError, callerLeft, shareIsTaken } from '../common/errors/app-error.js';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import type { ModelPlace } from './completion.js';
import { EmbeddingClient } from './embeddings/embedding-client.js';
import { toEmbeddingError } from './embeddings/embedding-failure.js';
import type { EmbeddingRequest } from './embeddings/embedding-request.js';
import type { VectorAnswer } from './embeddings/vector-answer.js';
import { answerInAttempts } from './retry/attempts.js';
import { TIMING, type Timing } from './retry/timing.js';
import type { Target, TargetPlace } from './targets/target.js';
import { makeTarget, TargetLog } from './targets/target-log.js';

export interface EmbeddingCall {
  /** As {@link EmbeddingsService.reserve} gave it. */
  readonly place?: ModelPlace | null;
  /** Ends the request to the server at once when it is aborted. */
  readonly signal?: AbortSignal;
  /** Called while an answer comes, with its bytes so far. @throws AppError when there is no room for more: it ends the call */
  readonly onBytes?: (bytes: number) => void;
}

const NOT_CONFIGURED =
  'This service has no embedding model. Its operator can name one with EMBEDDING_BASE_URL and EMBEDDING_MODEL; ' +
  'until then, give your client another server for embeddings.';

/** Turns texts into vectors, by the one embedding model that is configured: for callers, and for the service itself. */
@Injectable()
export class EmbeddingsService {
  private readonly log = new TargetLog(new Logger(EmbeddingsService.name));
  private readonly target: Target | undefined;

  constructor(
    @Inject(APP_CONFIG) private readonly config: AppConfig,
    private readonly client: EmbeddingClient,
    @Inject(TIMING) private readonly timing: Timing,
  ) {
    const { embedding } = config.llm;
    this.target = embedding && makeTarget(embedding, config, { timing, log: this.log });
  }

  /** What callers call the model; null: none is configured. */
  get modelName(): string | null {
    return this.target?.config.model ?? null;
  }

  /**
   * The name of the model.
   * @param name that a caller gave; absent: the caller leaves the choice to the service
   * @throws AppError `bad_request` when no model is configured, `model_not_supported` when the name is another one
   */
  getModel(name?: string): string {
    const { modelName } = this;
    if (modelName === null) throw new AppError('bad_request', NOT_CONFIGURED);
    if (name === undefined || name === modelName) return modelName;
    throw new AppError(
      'model_not_supported',
      'There is no embedding model of this name. Give your client the name that is listed here, or leave model out.',
      { extensions: { supported: [modelName] } },
    );
  }

  /**
   * Keeps a place at the server for a request of the client, as its share allows; null: the server takes none of anybody now.
   * @throws AppError `too_many_requests` when the client's own requests are all that is in the way
   */
  reserve(clientId: string): ModelPlace | null {
    const place = this.target?.reserve(clientId) ?? null;
    if (place === null && this.target?.isShareTaken(clientId)) throw shareIsTaken('model');
    return place;
  }

  /**
   * The vectors of the inputs, in their order. What fails is repeated as an answer of a chat model is before its first word.
   * @throws AppError of a `model_*` code; `context_too_long`, `content_filtered`; `validation_failed` for what the server
   * refuses of the request; `bad_request` when the signal was aborted, or no model is configured
   */
  async embed(
    request: EmbeddingRequest,
    { place, signal, onBytes }: EmbeddingCall = {},
  ): Promise<VectorAnswer> {
    const label = `Embedding model ${JSON.stringify(this.getModel())}`;
    const target = this.target!;
    const { llm } = this.config;
    let vectors: VectorAnswer | undefined;
    const answer$ = answerInAttempts(
      {
        targets: [target],
        request: { messages: [] },
        client: request.client,
        // Only `reserve` makes one.
        place: (place as TargetPlace | null | undefined) ?? undefined,
        continuation: { mode: 'instruct' },
        maxRetries: llm.maxRetries,
        totalTimeoutMs: llm.totalTimeoutMs,
        limits: llm,
        attempt: (config, _, run) =>
          this.client.attempt(config, request, {
            ...run,
            onBytes,
            onVectors: (found) => void (vectors = found),
          }),
        onFailure: (failure, asked) => this.log.noteFailure(label, failure, asked),
        onWait: (asked) => this.log.noteWait(label, asked),
      },
      this.timing,
    );
    return new Promise((resolve, reject) => {
      const leave = () => {
        answering.unsubscribe();
        reject(callerLeft());
      };
      const answering = answer$.subscribe({
        // Attempts end with no other error.
        error: (error: AppError) => reject(toEmbeddingError(error, request)),
        complete: () => resolve(vectors!),
      });
      answering.add(() => signal?.removeEventListener('abort', leave));
      if (signal?.aborted) leave();
      else signal?.addEventListener('abort', leave);
    });
  }
}
