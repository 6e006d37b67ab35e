import { readFileSync } from 'node:fs';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { toOpenApi30 } from '../../src/app/openapi/openapi-3.0.js';

type Judge = (path: string, value: unknown) => boolean;

const newer = JSON.parse(readFileSync('openapi.json', 'utf8')) as OpenAPIObject;
const older = toOpenApi30(newer);

const OPTIONS = { strict: false, validateFormats: true } as const;
/** Ajv takes `nullable` beside a type as OpenAPI 3.0 means it. */
const [judgeNewer, judgeOlder] = [judgeOf(new Ajv2020(OPTIONS), newer), judgeOf(new Ajv(OPTIONS), older)];

function judgeOf(ajv: Ajv | Ajv2020, { components }: OpenAPIObject): Judge {
  formats.default(ajv);
  ajv.addSchema({ $id: 'document', components });
  const known = new Map<string, ValidateFunction>();
  return (path, value) => {
    const judge = known.get(path) ?? ajv.compile({ $ref: `document${path}` });
    known.set(path, judge);
    return judge(value);
  };
}

const VALUES = [null, true, 0, 1.5, -1, '', 'a', 'x'.repeat(40_000), [], [null], ['a', 'a'], {}, { a: null }];

/** The place of each schema by name, and of each of its members. */
const PLACES = Object.entries(newer.components!.schemas!).flatMap(([name, schema]) => {
  const place = `#/components/schemas/${name}`;
  const members = 'properties' in schema ? Object.keys(schema.properties ?? {}) : [];
  return [place, ...members.map((member) => `${place}/properties/${member}`)];
});

describe('The OpenAPI 3.0 document', () => {
  it('takes and refuses the same values as the document that it is made of', () => {
    const judged = PLACES.flatMap((place) =>
      VALUES.map((value) => ({ place, value, is: judgeOlder(place, value), was: judgeNewer(place, value) })),
    );
    expect(judged.filter(({ is, was }) => is !== was)).toEqual([]);
    expect(judged.filter(({ value, was }) => value === null && was).length).toBeGreaterThan(50);
    expect(judged.filter(({ was }) => !was).length).toBeGreaterThan(1_000);
  });

  it('has the same operations and schemas', () => {
    expect(Object.keys(older.paths)).toEqual(Object.keys(newer.paths));
    expect(Object.keys(older.components!.schemas!)).toEqual(Object.keys(newer.components!.schemas!));
  });
});
