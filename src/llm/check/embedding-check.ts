import { AppError } from '../../common/errors/app-error.js';
import type { TargetConfig } from '../../config/app-config.js';
import type { EmbeddingsService } from '../embeddings.service.js';
import { ModelFailure } from '../model-failure.js';

/** Whose share of the server a check takes: no client has this id. */
const CLIENT = 'models:check';

/** Asks the embedding model for one vector. Never rejects. @returns a line for an operator, without a secret */
export async function checkEmbeddingModel(
  embeddings: EmbeddingsService,
  { model, baseUrl }: TargetConfig,
): Promise<{ readonly text: string; readonly isFaulty: boolean }> {
  const label = `Embedding model ${model} at ${new URL(baseUrl).host}`;
  try {
    const inputs = { kind: 'texts', texts: ['How do I send feedback?'] } as const;
    const { dimensions } = await embeddings.embed({ client: CLIENT, inputs, format: 'float' });
    return { text: `${label}: answers with vectors of ${dimensions} numbers`, isFaulty: false };
  } catch (error) {
    return { text: `${label}: no answer: ${describe(error)}`, isFaulty: true };
  }
}

function describe(error: unknown): string {
  if (!(error instanceof AppError)) return 'an unexpected error';
  if (!(error.cause instanceof ModelFailure)) return error.code;
  const { message, quote } = error.cause;
  return `${error.code}: ${message}${quote ? `: ${quote}` : ''}`;
}
