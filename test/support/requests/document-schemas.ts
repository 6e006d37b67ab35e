import { readFileSync } from 'node:fs';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** A schema of the document, as far as it matters here. */
export interface Schema {
  readonly properties?: object;
  readonly additionalProperties?: unknown;
  readonly [keyword: string]: unknown;
}

/** The committed document, which CI compares with what the service says of itself. */
export const DOCUMENT = JSON.parse(readFileSync('openapi.json', 'utf8')) as OpenAPIObject;

const ajv = new Ajv2020({ strict: false });
formats.default(ajv);
ajv.addSchema({ $id: 'document', components: { schemas: closed(DOCUMENT.components?.schemas) } });

/** A check of values by a schema of the document, strict about members that it does not name. */
export function compileSchema(schema: Schema): ValidateFunction {
  return ajv.compile(closed(schema));
}

/**
 * The schema, in which objects have no members beyond those that are named: an undocumented member is a
 * fault of the document. References lead to the document's own schemas.
 */
function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return (schema as unknown[]).map(closed) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.entries(schema as Record<string, unknown>).map(([keyword, value]) => [
    keyword,
    keyword === '$ref' ? `document${value as string}` : keyword === 'example' ? value : closed(value),
  ]);
  const copy = Object.fromEntries(members) as Schema;
  const isOpen = !isSchemaWithProperties(copy) || 'additionalProperties' in copy;
  return (isOpen ? copy : { ...copy, additionalProperties: false }) as T;
}

function isSchemaWithProperties(schema: Schema): boolean {
  return schema['type'] === 'object' && typeof schema.properties === 'object';
}
