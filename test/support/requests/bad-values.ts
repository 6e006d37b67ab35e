import type { ApiSchema, Operation } from './api-document.js';

/** Part of every bad text, and may be in no answer. */
export const CANARY = 'badcanary';

/** A value that a field must refuse. */
export interface BadValue {
  readonly field: string;
  /** As JSON: what JSON.stringify cannot write, such as `1e400`, is written too. */
  readonly json: string;
}

const OF_EACH_TYPE: Readonly<Record<string, readonly string[]>> = {
  string: [`"${CANARY}"`, '""'],
  number: ['0.5', '1.25e-7'],
  integer: ['1', '987654321'],
  boolean: ['true', 'false'],
  array: ['[]', `["${CANARY}"]`, '[[]]', `[{"role":"${CANARY}","content":"${CANARY}"}]`],
  object: ['{}', `{"${CANARY}":{"${CANARY}":1}}`, `{"length":1,"0":"${CANARY}"}`],
};

/** Numbers that are too large for anything, or for JSON itself. */
const HUGE = ['1e308', '-1e308', '1e400', '-1e400', '9'.repeat(400)];

/** Texts that PostgreSQL cannot store as they are, as JSON escapes. */
const UNSTORABLE = [
  '\\u0000',
  'a\\u0000b',
  '\\ud800',
  '\\udfff',
  '\\ud83d',
  '\\udc00\\ud800',
  '\\ud800\\u0000',
];

/** Values of another type than the field's, for every field of a route's body. */
export function wrongTypes({ body }: Operation): BadValue[] {
  return fieldsOf(body).flatMap(([field, schema]) => {
    const accepted = new Set(
      typesOf(schema).flatMap((type) => (type === 'number' ? ['number', 'integer'] : [type])),
    );
    const others = Object.entries(OF_EACH_TYPE).filter(([type]) => !accepted.has(type));
    return others.flatMap(([, values]) => values).map((json) => ({ field, json }));
  });
}

/** Values of the right type that are out of bounds, and null or nothing where something is needed. */
export function outOfBounds({ body }: Operation): BadValue[] {
  return fieldsOf(body).flatMap(([field, schema]) => {
    const bad = [...badNumbers(schema), ...badTexts(schema)];
    if (body?.required?.includes(field)) bad.push('null', 'undefined');
    return bad.map((json) => ({ field, json }));
  });
}

/** Values with what cannot be stored, for every text, also those inside other fields. */
export function unstorableTexts({ body }: Operation): BadValue[] {
  return fieldsOf(body).flatMap(([field, schema]) =>
    UNSTORABLE.flatMap((escape) => textsIn(schema, `"${CANARY}${escape}"`)).map((json) => ({ field, json })),
  );
}

function badNumbers(schema: ApiSchema): string[] {
  const types = typesOf(schema);
  if (!types.includes('integer') && !types.includes('number')) return [];
  const { minimum, maximum } = schema;
  return [
    // A lower bound that is none: 0 or less means "none" there.
    ...HUGE.filter((json) => minimum !== undefined || !json.startsWith('-1e308')),
    ...(minimum === undefined ? [] : [String(minimum - 1), String(minimum - 0.001)]),
    ...(maximum === undefined ? [] : [String(maximum + 1), String(maximum + 0.001)]),
  ];
}

function badTexts(schema: ApiSchema): string[] {
  if (!typesOf(schema).includes('string')) return [];
  if (schema.enum || schema.format === 'uuid')
    return [`"${CANARY}"`, '""', '"00000000-0000-0000-0000-00000000000g"'];
  const { minLength = 0, maxLength } = schema;
  const tooLong = maxLength === undefined ? [] : [`"${CANARY}${'x'.repeat(maxLength + 1 - CANARY.length)}"`];
  return [...tooLong, ...(minLength > 0 ? ['""'] : [])];
}

/** The forms in which a field's schema can hold `text`, as JSON. */
function textsIn(schema: ApiSchema, text: string): string[] {
  const inAlternatives = (schema.oneOf ?? []).flatMap((one) => textsIn(one, text));
  if (inAlternatives.length > 0) return inAlternatives;
  const types = typesOf(schema);
  if (types.includes('string')) return [text];
  if (types.includes('array') && schema.items) return textsIn(schema.items, text).map((json) => `[${json}]`);
  if (!types.includes('object')) return [];
  const members = fieldsOf(schema);
  if (members.length === 0) return [`{"key":${text}}`, `{${text}:1}`];
  return members.map(
    ([bad]) => `{${members.map(([name]) => `"${name}":${name === bad ? text : '"user"'}`).join()}}`,
  );
}

function typesOf({ type, oneOf, enum: values }: ApiSchema): string[] {
  if (oneOf) return oneOf.flatMap(typesOf);
  if (typeof type === 'string') return [type];
  return type ? [...type] : values ? [typeof values[0]] : [];
}

function fieldsOf(schema: ApiSchema | undefined): [string, ApiSchema][] {
  return Object.entries(schema?.properties ?? {});
}
