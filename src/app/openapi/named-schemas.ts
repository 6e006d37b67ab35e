import { isDeepStrictEqual } from 'node:util';
import type { OpenAPIObject } from '@nestjs/swagger';

const EXAMPLE = /^examples?$/;

/**
 * Makes a component of every schema that has a `title` inside another one or a response, and leaves a reference in its
 * place. Generators make up names for schemas without one, such as `QaChat200ResponseAnyOf6`, and change them with the order.
 * @throws Error when two different schemas have one title
 */
export function nameTitledSchemas(document: OpenAPIObject): void {
  const schemas: Record<string, object> = ((document.components ??= {}).schemas ??= {});
  const withNamedParts = (schema: object) =>
    Object.fromEntries(
      Object.entries(schema).map(([key, part]) => [key, EXAMPLE.test(key) ? part : named(part)]),
    );
  const named = (part: unknown): unknown => {
    if (typeof part !== 'object' || part === null) return part;
    if (Array.isArray(part)) return part.map(named);
    const { title, ...schema } = withNamedParts(part);
    // Else it is a property of that name.
    if (typeof title !== 'string') return withNamedParts(part);
    const known = schemas[title];
    if (known && !isDeepStrictEqual(known, schema))
      throw new Error(`Two different schemas are called ${title}`);
    schemas[title] = schema;
    return { $ref: `#/components/schemas/${title}` };
  };
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = withNamedParts(schema);
  document.paths = withNamedParts(document.paths);
}

/** Names schemas as their classes without the `Dto` at the end, joins the lines of comments, and describes constants by bounds. */
export function withPlainNames(document: OpenAPIObject): OpenAPIObject {
  const text = JSON.stringify(document, (key, value: unknown) => {
    if (key === 'description' && typeof value === 'string') return joinLines(value);
    return withBounds(value);
  });
  const plain = text.replaceAll(/("|#\/components\/schemas\/)([A-Z]\w+)Dto"(?=[:,}])/g, '$1$2"');
  return JSON.parse(plain) as OpenAPIObject;
}

/**
 * Generators make constants of an enum's values. In Kotlin the one of `""` has no name, and does not compile; the one of a
 * number does not read numbers.
 */
function withBounds(value: unknown): unknown {
  const { enum: values } = (value ?? {}) as { enum?: unknown };
  if (!Array.isArray(values) || values.length !== 1) return value;
  const [only] = values as [unknown];
  if (only === '') return { ...(value as object), enum: undefined, maxLength: 0 };
  if (typeof only !== 'number') return value;
  return { ...(value as object), enum: undefined, minimum: only, maximum: only };
}

/** A single line break is a space in Markdown, but not in code. */
function joinLines(text: string): string {
  const parts = text.split(/(```[\s\S]*?```)/);
  return parts.map((part, i) => (i % 2 === 0 ? part.replaceAll(/(?<=\S)\n(?![\n *])/g, ' ') : part)).join('');
}
