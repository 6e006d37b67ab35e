import type { OpenAPIObject } from '@nestjs/swagger';
import type { ErrorDocument } from '../../chat/wire/wire.js';
import { ProblemDto } from '../../common/errors/problem.dto.js';
import { WIRES } from '../../chat/wire/wires.js';

export const WIRE_DOCUMENTS = WIRES.map(({ document }) => document);

/** Of the wires whose errors are no problems. */
export const WIRE_ERRORS = WIRE_DOCUMENTS.flatMap(({ errors }) => errors ?? []);

/** The headers that come with the errors of some wires. */
export const WIRE_ERROR_HEADERS = Object.fromEntries(
  WIRE_ERRORS.flatMap(({ headers }) => Object.entries(headers)),
);

export function findWireErrors(path: string): ErrorDocument | undefined {
  return WIRE_ERRORS.find(({ paths }) => path.startsWith(paths));
}

/** Adds what wires give to schemas that all routes share: their names, and their members of a problem. */
export function addWiresToSchemas({ components: { schemas = {} } = {} }: OpenAPIObject): void {
  const problem = schemas[ProblemDto.name];
  if (problem && 'properties' in problem)
    Object.assign(problem.properties ?? {}, ...WIRE_DOCUMENTS.map(({ problemMembers }) => problemMembers));
  const names = WIRES.map(({ traits }) => traits.name);
  schemas['TurnVariant'] = { ...schemas['TurnVariant'], type: 'string', enum: names, example: names[0] };
}
