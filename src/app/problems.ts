import { WIRES } from '../chat/wire/wires.js';
import { ProblemFilter } from '../common/http/problem.filter.js';
import { databaseErrorToAppError } from '../database/database-error.js';
import { WIRE_ERROR_HEADERS } from './openapi/wire-documents.js';

/** The headers that an error may have, on any wire. */
export const ERROR_HEADERS: readonly string[] = ['Retry-After', ...Object.keys(WIRE_ERROR_HEADERS)];

/** Answers errors as problem JSON, or in the form of the wire that was asked. */
export function createProblemFilter(): ProblemFilter {
  return new ProblemFilter(
    [databaseErrorToAppError],
    WIRES.flatMap(({ errors }) => errors ?? []),
  );
}
