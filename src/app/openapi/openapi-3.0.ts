import type { OpenAPIObject } from '@nestjs/swagger';

type Part = Readonly<Record<string, unknown>>;

/** Data, in which `type` and `const` are no keywords. */
const DATA = /^(?:examples?|x-.*)$/;

/** JSON Schema that OpenAPI 3.0 shares. */
const SHARED = new Set(
  `title description type format enum default example nullable required deprecated readOnly writeOnly discriminator externalDocs xml
  minimum maximum multipleOf minLength maxLength pattern minItems maxItems uniqueItems minProperties maxProperties`.split(
    /\s+/,
  ),
);
const leaveOut = () => ({});
/** What 3.0 expresses by other keywords, or not at all where it only explains. */
const OTHERS: Readonly<Record<string, (value: unknown) => Part>> = {
  $comment: leaveOut,
  contentMediaType: leaveOut,
  contentSchema: (schema) => ({ 'x-content-schema': toSchema(schema) }),
  contentEncoding: (encoding) => (encoding === 'base64' ? { format: 'byte' } : {}),
  const: (value) => ({ enum: [value] }),
  examples: (values) => ({ example: (values as unknown[])[0] }),
  exclusiveMinimum: (minimum) => ({ minimum, exclusiveMinimum: true }),
  exclusiveMaximum: (maximum) => ({ maximum, exclusiveMaximum: true }),
  properties: (schemas) => ({ properties: eachOf(schemas) }),
  additionalProperties: (schema) => ({
    additionalProperties: typeof schema === 'boolean' ? schema : toSchema(schema),
  }),
  items: (schema) => ({ items: toSchema(schema) }),
  not: (schema) => ({ not: toSchema(schema) }),
  allOf: (schemas) => ({ allOf: (schemas as unknown[]).map(toSchema) }),
  anyOf: (schemas) => ({ anyOf: orNull(schemas as unknown[]) }),
  oneOf: (schemas) => ({ oneOf: orNull(schemas as unknown[]) }),
};

const isPart = (value: unknown): value is Part =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNull = (schema: unknown) => isPart(schema) && schema['type'] === 'null';

/**
 * The same document as OpenAPI 3.0.3, for tools that do not read 3.1. Changes nothing of the given one.
 * @throws Error for a keyword that 3.0 cannot express
 */
export function toOpenApi30(document: OpenAPIObject): OpenAPIObject {
  return { ...(around(document) as OpenAPIObject), openapi: '3.0.3' };
}

/** Everything around schemas, which is the same in both. `itemSchema` is of 3.2: the schema beside it says the same. */
function around(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(around);
  if (!isPart(part)) return part;
  const kept = Object.entries(part).filter(([key]) => key !== 'itemSchema');
  return Object.fromEntries(
    kept.map(([key, value]) => {
      if (DATA.test(key)) return [key, value];
      if (key === 'schema') return [key, toSchema(value)];
      return [key, key === 'schemas' ? eachOf(value) : around(value)];
    }),
  );
}

/** @param schemas by their names */
function eachOf(schemas: unknown): Part {
  return Object.fromEntries(
    Object.entries(schemas as Part).map(([name, schema]) => [name, toSchema(schema)]),
  );
}

function toSchema(schema: unknown): unknown {
  if (typeof schema === 'boolean') return schema ? {} : { not: {} };
  const { $ref, ...rest } = schema as Part;
  if ($ref === undefined) return withOneType(keywords(rest));
  // 3.0 ignores what is beside a reference.
  return Object.keys(rest).length === 0 ? { $ref } : { allOf: [{ $ref }], ...keywords(rest) };
}

function keywords(schema: Part): Part {
  const parts = Object.entries(schema).map(([key, value]) => keyword(key, value));
  return Object.assign({}, ...parts) as Part;
}

function keyword(key: string, value: unknown): Part {
  if (SHARED.has(key) || key.startsWith('x-')) return { [key]: value };
  const toShared = OTHERS[key];
  if (toShared === undefined) throw new Error(`OpenAPI 3.0 has no ${key}`);
  return toShared(value);
}

/** The schemas of a union. In 3.0 null is no type of its own: the first member with a type may be null in its place. */
function orNull(union: readonly unknown[]): unknown[] {
  const members = union.filter((member) => !isNull(member)).map(toSchema);
  if (members.length === union.length) return members;
  const typed = members.findIndex((member) => isPart(member) && 'type' in member);
  if (typed < 0) return [...members, NULL];
  return members.map((member, index) => (index === typed ? { ...(member as Part), nullable: true } : member));
}

const NULL = { type: 'object', nullable: true, enum: [null] };

/** A list of types is one type, which may be null, or a union of types. An array says in 3.0 what it is of. */
function withOneType({ type, ...schema }: Part): Part {
  if (type === 'null') return { ...schema, ...NULL };
  if (type === 'array') return { type, items: {}, ...schema };
  if (!Array.isArray(type)) return type === undefined ? schema : { type, ...schema };
  const types = type.filter((name) => name !== 'null');
  const nullable = types.length < type.length;
  if (types.length !== 1) return { ...schema, anyOf: orNull(type.map((name: unknown) => ({ type: name }))) };
  return { ...withOneType({ type: types[0], ...schema }), ...(nullable && { nullable }) };
}
