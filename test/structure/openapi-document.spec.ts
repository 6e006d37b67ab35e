import { readFileSync } from 'node:fs';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { ApiSchema } from '../support/requests/api-document.js';

type OperationObject = NonNullable<OpenAPIObject['paths'][string]['get']>;

interface Schema extends ApiSchema {
  readonly default?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly discriminator?: Readonly<{ propertyName: string; mapping: Readonly<Record<string, string>> }>;
  readonly additionalProperties?: boolean | Schema;
}

const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as OpenAPIObject;
const schemas = document.components!.schemas as Record<string, Schema>;

/** Every schema below `schema`, and where it is. */
function within(schema: Schema, path: string): [string, Schema][] {
  const { items, oneOf, anyOf, properties, additionalProperties } = schema;
  const parts: [string, Schema][] = [
    ...Object.entries(properties ?? {}),
    ...(items ? [['items', items] as [string, Schema]] : []),
    ...[...(oneOf ?? []), ...(anyOf ?? [])].map((part, index): [string, Schema] => [String(index), part]),
    ...(typeof additionalProperties === 'object' ? [['*', additionalProperties] as [string, Schema]] : []),
  ];
  return parts.flatMap(([name, part]) => [[`${path}/${name}`, part], ...within(part, `${path}/${name}`)]);
}

function resolve({ $ref, ...schema }: Schema): Schema {
  return $ref === undefined ? schema : schemas[$ref.replace('#/components/schemas/', '')]!;
}

/** What client generators stumble over, whatever they write: see docs/clients.md. */
describe('The committed OpenAPI document', () => {
  it('has names for all that generators make types of', () => {
    const unnamed = Object.entries(schemas)
      .flatMap(([name, schema]) => within(schema, name))
      // An enum of one value is a constant.
      .filter(([, { properties, oneOf, anyOf, enum: values }]) => {
        return (
          properties !== undefined || oneOf !== undefined || anyOf !== undefined || (values?.length ?? 0) > 1
        );
      });
    expect(unnamed.map(([path]) => path)).toEqual([]);
  });

  it('names what every body, answer and frame is, but for text', () => {
    const unnamed = Object.entries(document.paths)
      .flatMap(([path, item]) =>
        (Object.values(item) as OperationObject[]).map((operation) => [path, operation] as const),
      )
      .flatMap(([path, { requestBody, responses }]) =>
        [requestBody, ...Object.values(responses)].flatMap((part) =>
          Object.entries((part && 'content' in part && part.content) || {})
            .filter(([, { schema }]) => !schema || !('$ref' in schema || schema.type === 'string'))
            .map(([type]) => `${path} ${type}`),
        ),
      );
    expect(unnamed).toEqual([]);
  });

  // openapi-typescript makes such a property required; clients for Python and Java send it with every request.
  it('declares no default in a body', () => {
    const defaults = Object.entries(schemas)
      .flatMap(([name, schema]) => within(schema, name))
      .filter(([, schema]) => 'default' in schema);
    expect(defaults.map(([path]) => path)).toEqual([]);
  });

  // openapi-generator makes a constant of each value: in Kotlin that of the empty text does not compile, and that of a number
  // does not read numbers.
  it('has no empty text and no number among the values of an enum', () => {
    const empty = Object.entries(schemas)
      .flatMap(([name, schema]) => [[name, schema] as const, ...within(schema, name)])
      .filter(([, { enum: values }]) => values?.some((value) => value === '' || typeof value === 'number'));
    expect(empty.map(([path]) => path)).toEqual([]);
  });

  // Generators take a discriminator at its word: a value that no schema has, or a schema without it, is never read.
  it('names for each value of a discriminator a schema of the union that requires this value', () => {
    const unions = Object.entries(schemas).filter(([, { discriminator }]) => discriminator);
    const wrong = unions.flatMap(([name, { oneOf = [], discriminator }]) => {
      const { propertyName, mapping } = discriminator!;
      const refs = oneOf.map(({ $ref }) => $ref);
      const unread = refs.filter((ref) => !Object.values(mapping).includes(ref!)).map(String);
      const unfit = Object.entries(mapping).filter(([value, $ref]) => {
        const { required = [], properties = {} } = resolve({ $ref });
        const { enum: values } = resolve(properties[propertyName] ?? {});
        return !refs.includes($ref) || !required.includes(propertyName) || !values?.includes(value);
      });
      return [...unread, ...unfit.map(([value]) => value)].map((part) => `${name}: ${part}`);
    });
    expect(wrong).toEqual([]);
  });

  // Clients for Python and Java take the first that fits, and whatever has the required properties fits.
  it.each(['ChatFrame', 'QaFrame', 'TurnFrame'])('lists in %s what has more properties first', (name) => {
    const required = schemas[name]!.anyOf!.map((frame) => resolve(frame).required ?? [name]);
    const hidden = required.flatMap((names, index) =>
      required.slice(0, index).filter((earlier) => earlier.every((one) => names.includes(one))),
    );
    expect(required.length).toBeGreaterThan(3);
    expect(hidden).toEqual([]);
  });
});
