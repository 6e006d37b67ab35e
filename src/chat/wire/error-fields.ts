import { AppError } from '../../common/errors/app-error.js';
import type { ErrorCode } from '../../common/errors/error-codes.js';

/**
 * What throws an error of the core again, with the field of a variant's body that it is about.
 * @param pointers a variant's words for what the core refuses by name
 */
export function throwWithField(pointers: Partial<Record<ErrorCode, string>>): (error: unknown) => never {
  return (error) => {
    const pointer = error instanceof AppError ? pointers[error.code] : undefined;
    if (!(error instanceof AppError) || pointer === undefined) throw error;
    const { code, message, extensions } = error;
    throw new AppError(code, message, {
      extensions,
      errors: [{ pointer, detail: 'must be one of the names in `supported`' }],
    });
  };
}
