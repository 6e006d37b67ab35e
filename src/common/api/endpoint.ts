import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtension, ApiExtraModels, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { ErrorCode } from '../errors/error-codes.js';

/** Where the document keeps the problems of a route until it declares all of them. */
export const PROBLEMS = 'x-problems';

/** A DTO, or its content by media type, and what it means. A text alone: no content. */
type Answer = string | readonly [body: Type | Readonly<Record<string, object>>, description: string];

interface Route {
  readonly summary: string;
  /** What a caller must know beyond the summary, in Markdown. A single line break is a space. */
  readonly description: string;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Beside those that follow from a key, a body and parameters. */
  readonly problems?: readonly ErrorCode[];
  /** Whose schemas the answers refer to. */
  readonly models?: readonly Type[];
  /** The statements of its parameters, headers and body, where the method's own do not say all. */
  readonly takes?: readonly MethodDecorator[];
}

/** All that the document says of a route beside its method. The method's name is the `operationId`. */
export function Endpoint({ answers, problems = [], models = [], takes = [], ...prose }: Route) {
  const responses = Object.entries(answers).map(([status, answer]) =>
    ApiResponse({ status: Number(status), ...toResponse(answer) }),
  );
  const rest = [ApiExtension(PROBLEMS, problems), ApiExtraModels(...models), ...takes];
  return applyDecorators(ApiOperation(prose), ...responses, ...rest);
}

function toResponse(answer: Answer): object {
  if (typeof answer === 'string') return { description: answer };
  const [body, description] = answer;
  return typeof body === 'function' ? { type: body, description } : { content: body, description };
}

/** Any frame of a stream. Clients in Python and Java keep the first that fits: give those with most fields first. */
export function anyFrame(title: string, description: string, frames: readonly Type[], done?: string) {
  const end = { title: done, type: 'string', enum: ['[DONE]'], description: 'The end of the stream' };
  const anyOf = [...frames.map((frame) => ({ $ref: getSchemaPath(frame) })), ...(done ? [end] : [])];
  return { title, description, anyOf };
}

/**
 * One of several DTOs that a member tells apart, such as `type`. Each DTO declares that member as required, with its values as
 * literals (`type!: 'message'`). Without the discriminator, generators guess by the other members, or refuse the schema.
 * @param variants the DTO of each value; one DTO may have several values
 */
export function oneOfBy(
  member: string,
  variants: Readonly<Record<string, Type>>,
  { title, description }: Readonly<{ title: string; description: string }>,
) {
  const paths = Object.entries(variants).map(([value, dto]) => [value, getSchemaPath(dto)] as const);
  const oneOf = [...new Set(paths.map(([, path]) => path))].map(($ref) => ({ $ref }));
  return {
    title,
    description,
    oneOf,
    discriminator: { propertyName: member, mapping: Object.fromEntries(paths) },
  };
}

/** Events of a schema. ogen types events only when all of them are JSON and tell their kind: it gives the response instead. */
export const streamOf = (schema: object) => ({
  'text/event-stream': { schema, 'x-ogen-raw-response': true },
});

/** The bytes of a stream, as Markdown. Absent turn: its frames have no ids. `done` has the id of the frame before it. */
export function sampleStream(frames: readonly object[], turn?: string, done?: string): string {
  const parts = frames.map((frame, index) => ({ index, data: JSON.stringify(frame) }));
  if (done) parts.push({ index: frames.length - 1, data: done });
  const events = parts.map(({ index, data }) => `${turn ? `id: ${turn}:${index + 1}\n` : ''}data: ${data}`);
  return `\`\`\`text\n${events.join('\n\n')}\n\`\`\``;
}
