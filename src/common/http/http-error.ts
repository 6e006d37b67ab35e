import { AppError } from '../errors/app-error.js';

/**
 * The error of ours for a bare HTTP status, as frameworks throw it.
 * @param message the framework's own words: logged, never sent
 */
export function describeHttpError(status: number, message: string): AppError {
  switch (status) {
    case 400:
      return new AppError('bad_request', 'The request cannot be understood.');
    case 401:
      return new AppError('unauthorized', 'Send a valid key as "Authorization: Bearer <key>".');
    case 404:
      return new AppError('not_found', 'There is no such route.');
    case 405:
      return new AppError('method_not_allowed', 'This route does not take this method.');
    case 408:
      return new AppError('request_timeout', 'The request did not arrive completely in time.');
    case 413:
      return new AppError('payload_too_large', 'The body is larger than the service takes.');
    case 415:
      return new AppError(
        'unsupported_media_type',
        'Send the body as UTF-8 JSON, not compressed in an unusual way, with Content-Type: application/json.',
      );
    case 429:
      return new AppError('too_many_requests', 'Too many requests.');
    default:
      return status < 500
        ? new AppError('bad_request', 'The request cannot be understood.')
        : new AppError('internal_error', 'An unexpected error happened; it was logged.', { cause: message });
  }
}
