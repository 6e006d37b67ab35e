import { AppError } from '../../../common/errors/app-error.js';
import type { ErrorCode } from '../../../common/errors/error-codes.js';

/** Variant A's words for what the core refuses by name. */
const POINTERS: Partial<Record<ErrorCode, string>> = {
  model_not_supported: '/model_name',
  prompt_not_found: '/prompt_name',
};

/**
 * Refuses a turn in variant A's words.
 * @throws `error`, with the field that it is about where it is about one
 */
export function throwWithField(error: unknown): never {
  const pointer = error instanceof AppError ? POINTERS[error.code] : undefined;
  if (!(error instanceof AppError) || pointer === undefined) throw error;
  const { code, message, extensions } = error;
  throw new AppError(code, message, {
    extensions,
    errors: [{ pointer, detail: 'must be one of the names in `supported`' }],
  });
}
