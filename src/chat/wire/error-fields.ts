import { AppError } from '../../common/errors/app-error.js';
import type { ErrorCode } from '../../common/errors/error-codes.js';

/**
 * Returns a function that throws an error of the core again, with the field of the wire's body that the error is about.
 * @param pointers the wire's field for each code of an error, as a JSON pointer
 */
export function throwWithField(pointers: Partial<Record<ErrorCode, string>>): (error: unknown) => never {
  return (error) => {
    const pointer = error instanceof AppError ? pointers[error.code] : undefined;
    if (!(error instanceof AppError) || pointer === undefined) throw error;
    throw error.about([{ pointer, detail: 'must be one of the names in `supported`' }]);
  };
}
