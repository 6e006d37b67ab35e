import { AppError, invalidField } from '../../../../common/errors/app-error.js';

/** What a request refers to is a fault of the request, not of its path. */
export function refuseUnknown(pointer: string, detail: string) {
  return (error: unknown): never => {
    throw error instanceof AppError && error.code === 'not_found' ? invalidField(pointer, detail) : error;
  };
}
