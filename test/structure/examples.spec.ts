import type { OpenAPIObject } from '@nestjs/swagger';
import { compileSchema, DOCUMENT, type Schema } from '../support/requests/document-schemas.js';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

interface Example {
  /** Its place in the document. */
  readonly place: string;
  readonly value: unknown;
  readonly schema: Schema;
}

interface Content {
  readonly schema?: unknown;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { value?: unknown; $ref?: string }>>;
}

function examplesOfContent(place: string, content: Readonly<Record<string, Content>> = {}): Example[] {
  return Object.entries(content).flatMap(([type, { schema, example, examples = {} }]) => {
    const values = Object.entries(examples).map(([name, given]) => [name, resolve(given)] as const);
    const all = example === undefined ? values : [['example', example] as const, ...values];
    return all.map(([name, value]) => ({
      place: `${place} ${type} ${name}`,
      value,
      schema: schema as Schema,
    }));
  });
}

function resolve({ value, $ref }: { value?: unknown; $ref?: string }): unknown {
  if ($ref === undefined) return value;
  const example = DOCUMENT.components!.examples![$ref.split('/').at(-1)!] as { value: unknown };
  return example.value;
}

function examplesOfOperations({ paths }: OpenAPIObject): Example[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      const name = `${method} ${path}`;
      const body = operation.requestBody as { content?: Record<string, Content> } | undefined;
      const responses = Object.entries(
        operation.responses as Record<string, { content?: Record<string, Content> }>,
      );
      const parameters = (operation.parameters ?? []) as { name: string; schema?: Schema }[];
      return [
        ...examplesOfContent(name, body?.content),
        ...responses.flatMap(([status, { content }]) => examplesOfContent(`${name} ${status}`, content)),
        ...parameters.flatMap((parameter) => examplesInSchema(`${name} ${parameter.name}`, parameter.schema)),
      ];
    }),
  );
}

/** Of the schema itself, and of its members. */
function examplesInSchema(place: string, schema: Schema = {}): Example[] {
  const own = 'example' in schema ? [{ place, value: schema['example'], schema }] : [];
  const members = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
  return [...own, ...members.flatMap(([name, member]) => examplesInSchema(`${place}.${name}`, member))];
}

const EXAMPLES = [
  ...examplesOfOperations(DOCUMENT),
  ...Object.entries(DOCUMENT.components!.schemas!).flatMap(([name, schema]) =>
    examplesInSchema(name, schema as unknown as Schema),
  ),
];

describe('The examples of the document', () => {
  it('are there', () => {
    expect(EXAMPLES.length).toBeGreaterThan(100);
    const bodies = EXAMPLES.filter(
      ({ place }) => place.startsWith('post ') && place.includes('application/json'),
    );
    expect(bodies.length).toBeGreaterThan(5);
  });

  it('are what the document says they are', () => {
    const faults = EXAMPLES.flatMap(({ place, value, schema }) => {
      const validate = compileSchema(schema);
      return validate(value)
        ? []
        : [`${place}: ${validate.errors?.[0]?.instancePath} ${validate.errors?.[0]?.message}`];
    });
    expect(faults).toEqual([]);
  });
});
