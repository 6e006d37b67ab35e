import type { OpenAPIObject } from '@nestjs/swagger';
import { nameTitledSchemas, withPlainNames } from './named-schemas.js';

type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];

function documentOf(schemas: Record<string, Schema>, answer: Schema = { type: 'object' }): OpenAPIObject {
  return {
    openapi: '3.1.0',
    info: { title: 'Not a name', version: '1' },
    paths: {
      '/x': {
        get: { responses: { 200: { description: 'x', content: { 'text/plain': { schema: answer } } } } },
      },
    },
    components: { schemas },
  };
}

const refer = (name: string) => ({ $ref: `#/components/schemas/${name}` });

describe('A schema with a title', () => {
  it('in a response becomes a component, as do those within it', () => {
    const done = { title: 'Done', type: 'string', enum: ['[DONE]'] };
    const document = documentOf({}, { title: 'Frame', anyOf: [{ type: 'integer' }, done] });
    nameTitledSchemas(document);
    expect(document.paths['/x']!.get!.responses[200]).toMatchObject({
      content: { 'text/plain': { schema: refer('Frame') } },
    });
    expect(document.components!.schemas).toEqual({
      Frame: { anyOf: [{ type: 'integer' }, refer('Done')] },
      Done: { type: 'string', enum: ['[DONE]'] },
    });
  });

  it.each([
    ['a property', (part: Schema) => ({ properties: { a: part, title: { type: 'string' } } })],
    ['an item', (part: Schema) => ({ items: part })],
    ['a further property', (part: Schema) => ({ additionalProperties: part })],
    ['one of several', (part: Schema) => ({ oneOf: [part, { type: 'null' }] })],
  ])('that is %s of a component is replaced by a reference, and nothing else is', (_, within) => {
    const document = documentOf({ Whole: within({ title: 'Part', type: 'string' }) });
    nameTitledSchemas(document);
    expect(document.components!.schemas).toEqual({ Whole: within(refer('Part')), Part: { type: 'string' } });
  });

  it('may be used twice when both are the same', () => {
    const part = { title: 'Part', type: 'string' };
    const document = documentOf({ A: { items: part }, B: { items: { ...part } } });
    nameTitledSchemas(document);
    expect(document.components!.schemas).toEqual({
      A: { items: refer('Part') },
      B: { items: refer('Part') },
      Part: { type: 'string' },
    });
  });

  it('may not stand for two', () => {
    const parts = [
      { title: 'Part', type: 'string' },
      { title: 'Part', type: 'integer' },
    ];
    const document = documentOf({ A: { oneOf: parts } });
    expect(() => nameTitledSchemas(document)).toThrow('Two different schemas are called Part');
  });
});

describe('A document with plain names', () => {
  const plain = (schema: Schema) =>
    withPlainNames(documentOf({ FrameDto: schema })).components!.schemas!.Frame;

  it('describes the empty text and numbers by bounds, and leaves other constants', () => {
    const properties: Record<string, Schema> = {
      text: { type: 'string', enum: [''], example: '' },
      index: { type: 'integer', enum: [0] },
      object: { type: 'string', enum: ['list'] },
      enum: { type: 'string' },
    };
    expect(plain({ type: 'object', properties })).toEqual({
      type: 'object',
      properties: {
        ...properties,
        text: { type: 'string', maxLength: 0, example: '' },
        index: { type: 'integer', minimum: 0, maximum: 0 },
      },
    });
  });

  it('names the schemas of a discriminator as it names all schemas', () => {
    const mapping = { text: '#/components/schemas/TextDto', call: '#/components/schemas/CallDto' };
    expect(plain({ oneOf: [], discriminator: { propertyName: 'type', mapping } })).toEqual({
      oneOf: [],
      discriminator: {
        propertyName: 'type',
        mapping: { text: '#/components/schemas/Text', call: '#/components/schemas/Call' },
      },
    });
  });
});
