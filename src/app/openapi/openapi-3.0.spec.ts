import type { OpenAPIObject } from '@nestjs/swagger';
import { toOpenApi30 } from './openapi-3.0.js';

/** A document with one schema, which is in another version's words. */
function documentOf(schema: unknown): OpenAPIObject {
  return {
    openapi: '3.1.0',
    info: { title: 'const', version: '1' },
    paths: {},
    components: { schemas: { Only: schema as object } },
  };
}

const converted = (schema: unknown) => toOpenApi30(documentOf(schema)).components!.schemas!['Only'];
const ref = { $ref: '#/components/schemas/Part' };
const text = { type: 'string' };

describe('A document in OpenAPI 3.0', () => {
  it.each<[string, unknown, unknown]>([
    [
      'null beside a type',
      { type: ['string', 'null'], maxLength: 3 },
      { ...text, nullable: true, maxLength: 3 },
    ],
    [
      'null in a union',
      { oneOf: [{ type: 'array', items: ref }, text, { type: 'null' }] },
      { oneOf: [{ type: 'array', items: ref, nullable: true }, text] },
    ],
    [
      'null beside references alone',
      { anyOf: [ref, { type: 'null' }] },
      { anyOf: [ref, { type: 'object', nullable: true, enum: [null] }] },
    ],
    [
      'null alone',
      { type: 'null', description: 'x' },
      { description: 'x', type: 'object', nullable: true, enum: [null] },
    ],
    [
      'null in an enum',
      { type: ['string', 'null'], enum: ['a', null] },
      { ...text, nullable: true, enum: ['a', null] },
    ],
    ['several types', { type: ['string', 'integer'] }, { anyOf: [text, { type: 'integer' }] }],
    [
      'several types and null',
      { type: ['string', 'integer', 'null'], minimum: 1 },
      { minimum: 1, anyOf: [{ ...text, nullable: true }, { type: 'integer' }] },
    ],
    ['a constant', { type: 'string', const: 'a' }, { ...text, enum: ['a'] }],
    ['a list of examples', { type: 'string', examples: ['a', 'b'] }, { ...text, example: 'a' }],
    [
      'Base64',
      { type: 'string', contentEncoding: 'base64', contentMediaType: 'image/png' },
      { ...text, format: 'byte' },
    ],
    [
      'bounds that do not belong to it',
      { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
      { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 1, exclusiveMaximum: true },
    ],
    ['a reference with a description', { ...ref, description: 'x' }, { allOf: [ref], description: 'x' }],
    [
      'what a text is of',
      { type: 'string', contentMediaType: 'text/x', contentSchema: { const: 1 } },
      { ...text, 'x-content-schema': { enum: [1] } },
    ],
    ['a list of anything', { type: 'array' }, { type: 'array', items: {} }],
    [
      'anything, and nothing',
      { properties: { a: true, b: false } },
      { properties: { a: {}, b: { not: {} } } },
    ],
    [
      'members of any depth',
      { type: 'object', additionalProperties: { allOf: [{ items: { type: ['null', 'boolean'] } }] } },
      { type: 'object', additionalProperties: { allOf: [{ items: { type: 'boolean', nullable: true } }] } },
    ],
  ])('says %s', (_, newer, older) => expect(converted(newer)).toEqual(older));

  it.each([
    ['members that are called as keywords are', { properties: { const: text, type: text, examples: text } }],
    ['examples and extensions', { example: { type: ['a', 'null'], const: 1 }, 'x-more': { const: 1 } }],
    ['a discriminator', { oneOf: [ref], discriminator: { propertyName: 'type', mapping: { a: ref.$ref } } }],
  ])('leaves %s', (_, schema) => expect(converted(schema)).toEqual(schema));

  it('leaves what is around schemas, but for the kind of events, which 3.0 does not know', () => {
    const content = { example: { const: 1 }, schema: { const: 1 }, itemSchema: text };
    const newer = { ...documentOf(text), paths: { '/x': { get: { responses: { 200: { content } } } } } };
    const older = toOpenApi30(newer as unknown as OpenAPIObject);
    expect(older.openapi).toBe('3.0.3');
    expect(older.info).toEqual(newer.info);
    expect(older.paths['/x']!.get!.responses[200]).toEqual({
      content: { example: { const: 1 }, schema: { enum: [1] } },
    });
    expect(newer.openapi).toBe('3.1.0');
  });

  it('is not made of what it cannot say', () => {
    expect(() => converted({ properties: { a: { prefixItems: [text] } } })).toThrow('no prefixItems');
  });
});
