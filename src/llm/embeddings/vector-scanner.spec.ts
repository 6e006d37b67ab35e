import fc from 'fast-check';
import { VectorScanner } from './vector-scanner.js';

const scanned = (json: string, size: number) => {
  const scanner = new VectorScanner();
  const bytes = Buffer.from(json);
  for (let at = 0; at < bytes.length; at += size) scanner.push(bytes.subarray(at, at + size));
  return scanner;
};

const found = (scanner: VectorScanner) =>
  scanner.vectors.map(({ index, start, end, dimensions }) => ({
    index,
    dimensions,
    value: dimensions ? (JSON.parse(scanner.bytes.slice(start, end).toString()) as unknown) : null,
  }));

const vector = fc.oneof(
  fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 5 }),
  fc.float32Array({ minLength: 1, maxLength: 5 }).map(({ buffer }) => Buffer.from(buffer).toString('base64')),
);
const entry = fc.record({ index: fc.nat(), embedding: vector, more: fc.jsonValue() });

describe('A scanner of vectors', () => {
  it('finds what JSON.parse finds, wherever the bytes are cut and whatever is beside them', () => {
    fc.assert(
      fc.property(
        fc.array(entry),
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        (data, more, size, isSpaced) => {
          const { data: _, ...others } = more;
          const json = JSON.stringify(
            { ...others, data, usage: { total_tokens: 1 } },
            null,
            isSpaced ? 2 : 0,
          );
          const scanner = scanned(json, size);
          expect(scanner.isComplete).toBe(true);
          expect(scanner.hasData).toBe(true);
          const parsed = JSON.parse(json) as { data: { index: number; embedding: unknown }[] };
          expect(found(scanner)).toEqual(
            parsed.data.map(({ index, embedding }) => ({
              index,
              dimensions: Array.isArray(embedding)
                ? embedding.length
                : Buffer.from(embedding as string, 'base64').length / 4,
              value: embedding,
            })),
          );
          const [start, end] = scanner.members.get('usage')!;
          expect(JSON.parse(scanner.bytes.slice(start, end).toString())).toEqual({ total_tokens: 1 });
        },
      ),
    );
  });

  it('takes any bytes without an error', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', '"data"', '"embedding"', '1', 'e');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (pieces, size) => {
        scanned(pieces.join(''), size);
      }),
    );
  });

  it.each([
    ['null', 'null'],
    ['an empty list', '[]'],
    ['an empty list with a blank', '[ ]'],
    ['a list of lists', '[[1]]'],
    ['a list with null', '[1,null]'],
    ['a list with NaN, as Python writes it', '[1,NaN]'],
    ['a list of texts', '["1"]'],
    ['an object', '{"values":[1]}'],
    ['a number', '1'],
  ])('takes %s for no vector', (_, json) => {
    expect(found(scanned(`{"data":[{"embedding":${json}}]}`, 3))).toEqual([
      { index: undefined, dimensions: undefined, value: null },
    ]);
  });
});
