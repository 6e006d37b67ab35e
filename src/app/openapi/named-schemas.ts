import type { OpenAPIObject } from '@nestjs/swagger';
import { operationsOf } from './operations.js';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type Schema = Exclude<Schemas[string], { $ref: string }>;
type SchemaOrReference = Schemas[string];

/**
 * Makes a component of every schema that is nested in another one, or in a response, and has a `title`, and
 * leaves a reference in its place. Decorators can name classes only; generators make up names for what has none,
 * such as `QaChat200ResponseAnyOf6`, and change them with the order of things.
 * @throws Error when two different schemas have one title
 */
export function nameTitledSchemas(document: OpenAPIObject): void {
  const schemas = ((document.components ??= {}).schemas ??= {});
  const namer = new SchemaNamer(schemas);
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = namer.withNamedParts(schema);
  for (const { operation } of operationsOf(document)) {
    for (const response of Object.values(operation.responses)) {
      const content = response && 'content' in response ? response.content : {};
      for (const media of Object.values(content ?? {})) {
        if (media.schema) media.schema = namer.named(media.schema);
      }
    }
  }
}

class SchemaNamer {
  constructor(private readonly schemas: Schemas) {}

  /** A reference to the schema when it has a title, else the schema. */
  named(schema: SchemaOrReference): SchemaOrReference {
    if ('$ref' in schema) return schema;
    const { title, ...rest } = this.withNamedParts(schema) as Schema;
    if (title === undefined) return rest;
    const known = this.schemas[title];
    if (known && JSON.stringify(known) !== JSON.stringify(rest)) {
      throw new Error(`Two different schemas are called ${title}`);
    }
    this.schemas[title] = rest;
    return { $ref: `#/components/schemas/${title}` };
  }

  withNamedParts(schema: SchemaOrReference): SchemaOrReference {
    if ('$ref' in schema) return schema;
    const { items, oneOf, anyOf, properties, additionalProperties } = schema;
    const all = (parts: SchemaOrReference[]) => parts.map((part) => this.named(part));
    const each = (parts: Record<string, SchemaOrReference>) =>
      Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, this.named(part)]));
    return {
      ...schema,
      ...(items && { items: this.named(items) }),
      ...(oneOf && { oneOf: all(oneOf) }),
      ...(anyOf && { anyOf: all(anyOf) }),
      ...(properties && { properties: each(properties) }),
      ...(typeof additionalProperties === 'object' && {
        additionalProperties: this.named(additionalProperties),
      }),
    };
  }
}
