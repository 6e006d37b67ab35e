import type { OpenAPIObject } from '@nestjs/swagger';
import type { ErrorDocument } from '../../chat/wire/wire.js';
import { ProblemDto } from '../../common/errors/problem.dto.js';
import { WIRES } from '../../chat/wire/wires.js';

const DOCUMENTS = WIRES.map(({ document }) => document);

export const WIRE_TAGS = DOCUMENTS.map(({ tag }) => tag);

/** One item a wire, for the document's introduction. */
export const WIRE_LIST = DOCUMENTS.map(({ introduction }) => `* ${introduction}`).join('\n');

/** Of the wires whose errors are no problems. */
export const WIRE_ERRORS = DOCUMENTS.flatMap(({ errors }) => errors ?? []);

/** The headers that come with the errors of some wires. */
export const WIRE_ERROR_HEADERS = Object.assign(
  {},
  ...WIRE_ERRORS.map(({ headers }) => headers),
) as ErrorDocument['headers'];

export function findWireErrors(path: string): ErrorDocument | undefined {
  return WIRE_ERRORS.find(({ paths }) => path.startsWith(paths));
}

/** Adds what wires give to schemas that all routes share: their names, and their members of a problem. */
export function addWiresToSchemas({ components: { schemas = {} } = {} }: OpenAPIObject): void {
  const problem = schemas[ProblemDto.name];
  if (problem && 'properties' in problem)
    Object.assign(problem.properties ?? {}, ...DOCUMENTS.map(({ problemMembers }) => problemMembers));
  const names = WIRES.map(({ traits }) => traits.name);
  schemas['TurnVariant'] = { ...schemas['TurnVariant'], type: 'string', enum: names, example: names[0] };
}
