import fc from 'fast-check';
import type { ApiSchema, Operation } from './api-document.js';
import type { KeptRequest } from '../callers/kept-connection.js';

/** Ids that exist, so that not every request ends at an unknown one. */
export interface KnownIds {
  readonly [parameter: string]: readonly unknown[];
}

/** Path segments and parameter values that parsers stumble over. */
const ODD_SEGMENTS = [
  '%',
  '%zz',
  '%00',
  '%0d%0a',
  '%2f',
  '%2e%2e',
  '..',
  '.',
  '%ED%A0%80',
  '%C0%AF',
  '%FF',
  '%F0%9F%98%80',
  '%25',
  '%2525',
  '%u0041',
  '+',
  ';a=1',
  ':id',
  '*',
  '__proto__',
  'null',
  '-1',
  'a'.repeat(2_000),
];

const ODD_TEXTS = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\udc00x',
  '\uFEFF',
  '\u202e',
  '{{question}}',
  '{context}',
  '%s',
  "';--",
];
const ODD_NUMBERS = [
  0,
  -0,
  -1,
  0.1,
  1e21,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  -Number.MAX_SAFE_INTEGER,
  2 ** 31,
  2 ** 63,
];
const UTF16_UNITS = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));

const TEXT = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: UTF16_UNITS, maxLength: 20 }),
  fc.constantFrom(...ODD_TEXTS),
);

const CONTENT_TYPES = [
  'application/json;charset=utf-8',
  'application/json; charset=utf-7',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  '/',
  ';',
  'application/json;;;=',
];

/** Header values are Latin-1 without control characters: others no client can send. */
const HEADER_VALUE = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
  maxLength: 60,
});

const HEADERS = fc.record(
  {
    accept: fc.oneof(
      fc.constantFrom('*/*', 'text/event-stream', 'application/json', ',;q=', 'q'),
      HEADER_VALUE,
    ),
    'accept-encoding': fc.constantFrom('gzip', 'br', '*', 'identity;q=0'),
    'accept-language': HEADER_VALUE,
    'content-encoding': fc.constantFrom('identity', 'gzip', 'br', 'deflate', 'x', ''),
    'if-none-match': HEADER_VALUE,
    'last-event-id': HEADER_VALUE,
    'idempotency-key': fc.oneof(fc.constantFrom('one', 'two'), HEADER_VALUE),
    origin: HEADER_VALUE,
    range: fc.constantFrom('bytes=0-1', 'bytes=-', 'x'),
    'x-forwarded-for': HEADER_VALUE,
    'x-forwarded-host': HEADER_VALUE,
    'x-http-method-override': fc.constantFrom('DELETE', 'x'),
    'x-request-id': HEADER_VALUE,
  },
  { requiredKeys: [] },
);

/** Requests to a documented route: mostly well formed, shaped by its schema and against it. */
export function anyRequest(operation: Operation, key: string, known: KnownIds): fc.Arbitrary<KeptRequest> {
  const authorization = fc.oneof(
    { weight: 19, arbitrary: fc.constant(`Bearer ${key}`) },
    {
      weight: 1,
      arbitrary: fc.oneof(
        HEADER_VALUE,
        HEADER_VALUE.map((value) => `Bearer ${value}`),
      ),
    },
  );
  const contentType = fc.oneof(
    { weight: 19, arbitrary: fc.constant('application/json') },
    { weight: 1, arbitrary: fc.oneof(fc.constantFrom(...CONTENT_TYPES), HEADER_VALUE) },
  );
  const events = fc
    .constantFrom('', ...(known['last-event-id'] ?? []))
    .map((id) => ({ 'last-event-id': String(id) }));
  const headers = fc.oneof(
    { weight: 6, arbitrary: fc.constant({}) },
    { weight: 3, arbitrary: HEADERS },
    { weight: 1, arbitrary: events },
  );
  return fc
    .record({
      path: pathOf(operation, known),
      query: queryOf(operation, known),
      body: operation.body ? bodyOf(operation.body, known) : fc.constant(undefined),
      authorization,
      contentType,
      headers,
    })
    .map(({ path, query, body, authorization: auth, contentType: type, headers: others }) => ({
      method: operation.method,
      path: path + query,
      headers: { ...others, authorization: auth, ...(body !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body }),
    }));
}

/** Requests to undocumented addresses and with undocumented methods. */
export function anyOtherRequest(operations: readonly Operation[], key: string): fc.Arbitrary<KeptRequest> {
  const path = fc.oneof(
    fc.constantFrom(...operations.map((operation) => operation.path)),
    fc.array(SEGMENT, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`),
    fc.constantFrom(
      '//',
      '/api//chat',
      '/chat/',
      '/CHAT',
      '/api/chat/',
      '/%63hat',
      '/chat%2fstream',
      '/docs/..',
      '*',
    ),
  );
  const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'QUERY'];
  return fc
    .record({ method: fc.constantFrom(...methods), path, headers: HEADERS, hasKey: fc.boolean() })
    .map(({ hasKey, headers, ...rest }) => ({
      ...rest,
      headers: { ...headers, ...(hasKey && { authorization: `Bearer ${key}` }) },
    }));
}

const SEGMENT = fc.oneof(
  fc.constantFrom(...ODD_SEGMENTS),
  fc.uuid(),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
  // Bytes above ASCII, not encoded at all.
  fc.string({
    unit: fc.integer({ min: 0xa0, max: 0xff }).map((code) => String.fromCharCode(code)),
    maxLength: 5,
  }),
);

function pathOf({ path, pathParameters }: Operation, known: KnownIds): fc.Arbitrary<string> {
  const values = pathParameters.map((name) =>
    fc.oneof(
      // All of them must fit for a request to be taken.
      {
        weight: pathParameters.length,
        arbitrary: fc.constantFrom(...(known[name] ?? ['x'])).map(String),
      },
      { weight: 2, arbitrary: SEGMENT },
    ),
  );
  return fc
    .tuple(...values)
    .map((given) =>
      given.reduce((so, value, index) => so.replace(`{${pathParameters[index]}}`, () => value), path),
    );
}

function queryOf({ queryParameters }: Operation, known: KnownIds): fc.Arbitrary<string> {
  const odd = fc.constantFrom('x', '__proto__', 'a[b]', 'limit[]', '%');
  // An unknown one is refused, whatever the others are.
  const name =
    queryParameters.length === 0
      ? odd
      : fc.oneof(
          { weight: 15, arbitrary: fc.constantFrom(...queryParameters) },
          { weight: 1, arbitrary: odd },
        );
  const value = fc.oneof(
    fc.integer().map(String),
    fc.constantFrom('', '1e3', '0x10', 'Infinity', '%00'),
    SEGMENT,
  );
  const pair = name.chain((given) => {
    // `__proto__` is one of the names.
    const fitting = Object.hasOwn(known, given) ? known[given] : undefined;
    return fc.tuple(fc.constant(given), fitting ? fc.oneof(fc.constantFrom(...fitting), value) : value);
  });
  const pairs = fc.array(pair, { maxLength: 3 });
  const given = pairs.map((all) =>
    all.length === 0 ? '' : `?${all.map((pair) => pair.join('=')).join('&')}`,
  );
  return queryParameters.length > 0
    ? fc.oneof({ weight: 1, arbitrary: fc.constant('') }, { weight: 2, arbitrary: given })
    : fc.oneof({ weight: 9, arbitrary: fc.constant('') }, { weight: 1, arbitrary: given });
}

function bodyOf(schema: ApiSchema, known: KnownIds): fc.Arbitrary<string | Buffer> {
  const asText = (value: unknown) => JSON.stringify(value);
  return fc.oneof(
    { weight: 5, arbitrary: objectOf(schema, known, 0).map(asText) },
    { weight: 5, arbitrary: objectOf(schema, known, 0.15).map(asText) },
    { weight: 1, arbitrary: fc.jsonValue().map(asText) },
    { weight: 1, arbitrary: TEXT },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
    },
  );
}

/** @param misfits the share of values that do not fit the schema, or only just, 0..1 */
function objectOf(schema: ApiSchema, known: KnownIds, misfits: number): fc.Arbitrary<object> {
  const members = Object.entries(schema.properties ?? {}).map(([name, of]) => {
    const fit = known[name] ? fc.constantFrom(...known[name]) : valueOf(of, misfits);
    return [name, orElse(fit, misfits, fc.oneof(fc.jsonValue(), TEXT))] as const;
  });
  return fc.record(Object.fromEntries(members), { requiredKeys: [...(schema.required ?? [])] });
}

function orElse<T>(usual: fc.Arbitrary<T>, share: number, rare: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: Math.round(100 * (1 - share)), arbitrary: usual },
    { weight: Math.round(100 * share), arbitrary: rare },
  );
}

function valueOf(schema: ApiSchema, misfits: number): fc.Arbitrary<unknown> {
  if (schema.oneOf) return fc.oneof(...schema.oneOf.map((one) => valueOf(one, misfits)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.format === 'uuid') return fc.uuid();
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['object']);
  return fc.oneof(...types.map((type) => valueOfType(type, schema, misfits)));
}

function valueOfType(type: string, schema: ApiSchema, misfits: number): fc.Arbitrary<unknown> {
  const { minimum: min = -1_000, maximum: max = 1_000, items, minItems, maxItems = 4 } = schema;
  switch (type) {
    case 'string':
      return orElse(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), misfits, TEXT);
    case 'integer':
      return orElse(fc.integer({ min, max }), misfits, fc.constantFrom(...ODD_NUMBERS));
    case 'number':
      return orElse(fc.double({ min, max, noNaN: true }), misfits, fc.constantFrom(...ODD_NUMBERS));
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(items ? valueOf(items, misfits) : fc.jsonValue(), {
        minLength: minItems,
        maxLength: maxItems,
      });
    default:
      return schema.properties ? objectOf(schema, {}, misfits) : fc.dictionary(TEXT, SCALAR, { maxKeys: 4 });
  }
}

const SCALAR = fc.oneof(TEXT, fc.double(), fc.boolean(), fc.constant(null));
