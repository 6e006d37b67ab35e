import { gzipSync } from 'node:zlib';
import { readOperations } from '../../support/requests/api-document.js';
import { type BadRequest, inField } from '../../support/requests/bad-requests.js';
import { CANARY, outOfBounds, unstorableTexts, wrongTypes } from '../../support/requests/bad-values.js';
import { bodyWith, GOOD_BODIES, ROUTES, WITHOUT_TEXTS } from '../../support/requests/good-bodies.js';
import { JSON_TYPE, RefusingService } from '../../support/service/refusing-service.js';

const operations = readOperations();
let service: RefusingService;

beforeAll(async () => {
  service = await RefusingService.start();
});

afterAll(() => service.stop());

const operation = (route: string) => operations.find((candidate) => candidate.route === route)!;

it('Every route that takes a body is in the table', () => {
  expect(
    operations
      .filter(({ body }) => body)
      .map(({ route }) => route)
      .sort(),
  ).toEqual([...ROUTES].sort());
});

it('Every route but those in the other table takes a text', () => {
  const routes = operations.filter((one) => one.body && unstorableTexts(one).length === 0);
  expect(routes.map(({ route }) => route)).toEqual(WITHOUT_TEXTS);
});

/** What goes to the model as it is: `test/e2e/callers/unstorable-texts.spec.ts`. */
const PASSED_ON =
  /^(?:messages|input|instructions|tools|tool_choice|functions|function_call|metadata|text|reasoning)$/;
const isPassedOn = (route: string, { field }: { field: string }) =>
  /^POST \/v1\/(?:chat\/completions|responses)/.test(route) && PASSED_ON.test(field);

describe.each(ROUTES.filter((route) => !WITHOUT_TEXTS.includes(route)))('%s refuses', (route) => {
  it('texts that cannot be stored', async () => {
    const bad = unstorableTexts(operation(route)).filter((value) => !isPassedOn(route, value));
    expect(bad).not.toEqual([]);
    await service.expectRefused(route, inField(route, bad));
  });

  it('texts whose bytes are no UTF-8, or no JSON', async () => {
    const fields = [...new Set(unstorableTexts(operation(route)).map(({ field }) => field))];
    const bytes = [[0], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf], [0xc0, 0x80], [0xff], [0xe4, 0xbd], [0x0a]];
    const cases = fields.flatMap((field) =>
      bytes.map((raw): BadRequest => {
        const [head = '', tail = ''] = bodyWith(route, { field, json: `"${CANARY}|"` }).split('|');
        const body = Buffer.concat([Buffer.from(head), Buffer.from(raw), Buffer.from(tail)]);
        return { name: `${field} with the bytes ${raw.join()}`, body, status: 400, code: 'malformed_json' };
      }),
    );
    await service.expectRefused(route, cases);
  });
});

describe.each(ROUTES)('%s refuses', (route) => {
  it('fields of the wrong type', () =>
    service.expectRefused(route, inField(route, wrongTypes(operation(route)))));

  it('fields out of their bounds, and those that are missing', () =>
    service.expectRefused(route, inField(route, outOfBounds(operation(route)))));

  it('what is nested too deeply', async () => {
    const deep = '['.repeat(45_000) + ']'.repeat(45_000);
    const deepObject = '{"a":'.repeat(45_000) + '1' + '}'.repeat(45_000);
    const fields = [...Object.keys(operation(route).body!.properties!), 'unknown'];
    const cases = fields.flatMap((field) =>
      inField(
        route,
        [deep, deepObject].map((json) => ({ field, json })),
      ),
    );
    await service.expectRefused(route, [
      ...cases,
      { name: 'a deep list alone', body: deep, status: 400, pointer: '' },
      { name: 'brackets that are left open', body: '['.repeat(45_000), status: 400, code: 'malformed_json' },
    ]);
  });

  it('bodies that are no JSON object', async () => {
    const invalid = [
      '{',
      '{"a"}',
      '{"a":1,}',
      "{'a':1}",
      `${CANARY}`,
      '{}{}',
      '{"a":NaN}',
      'undefined',
      '"',
      '\u0000',
    ];
    const noObject = ['null', '"text"', '42', 'true', '[]', `["${CANARY}"]`, '[[]]'];
    const required = operation(route).body!.required!;
    await service.expectRefused(route, [
      ...invalid.map((body): BadRequest => ({ name: body, body, status: 400, code: 'malformed_json' })),
      ...noObject.map((body): BadRequest => ({
        name: body,
        body,
        status: 400,
        code: 'validation_failed',
        pointer: '',
      })),
      ...['', '{}', '{"__proto__":{"query":"q"}}', '{"constructor":{"prototype":{}}}'].map(
        (body): BadRequest => ({
          name: `empty: ${body}`,
          body,
          status: 400,
          pointer: required.map((name) => `/${name}`).join(),
        }),
      ),
      { name: 'nothing at all', headers: {}, status: 400 },
    ]);
  });

  it('bodies that are too large', async () => {
    const text = 'x'.repeat(2_000_000);
    const code = 'payload_too_large';
    const fields = Object.keys(operation(route).body!.properties!);
    const cases = fields.map((field): BadRequest => ({
      name: field,
      body: bodyWith(route, { field, json: `"${text}"` }),
      status: 413,
      code,
    }));
    const bomb = gzipSync(bodyWith(route, { field: 'unknown', json: `"${text}"` }));
    const gzip = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    await service.expectRefused(route, [
      ...cases,
      { name: 'packed', body: bomb, headers: gzip, status: 413, code },
    ]);
  });

  it('other content types, character sets and encodings', async () => {
    const good = JSON.stringify(GOOD_BODIES[route]);
    const of = (type: string): BadRequest => ({
      name: type,
      body: good,
      headers: type === '' ? {} : { 'content-type': type },
      status: 415,
      code: 'unsupported_media_type',
    });
    const types = [
      '',
      'text/plain',
      'text/event-stream',
      'text/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/octet-stream',
      'application/problem+json',
      'application/json5',
      'json',
      CANARY,
      'application/json; charset=iso-8859-1',
      'application/json; charset=utf-16',
      `application/json; charset=${CANARY}`,
    ];
    const encoded = (encoding: string, body: string | Buffer, status: number): BadRequest => ({
      name: `${encoding}, ${status}`,
      body,
      headers: { ...JSON_TYPE, 'content-encoding': encoding },
      status,
    });
    await service.expectRefused(route, [
      ...types.map(of),
      encoded('gzip', good, 400),
      encoded('gzip', gzipSync(good).subarray(0, 20), 400),
      encoded('deflate', good, 400),
      encoded('br', good, 400),
      encoded(CANARY, good, 415),
    ]);
  });
});

describe('A body that is odd, but good', () => {
  it.each([
    [
      'members that mean something to JavaScript',
      '{"query":"q","__proto__":{"x":1},"constructor":1,"toString":{}}',
    ],
    ['unknown members', '{"query":"q","nobody":[1,{"knows":null}]}'],
    ['a byte order mark', '\uFEFF{"query":"q"}'],
    ['a member twice', '{"query":5,"query":"q"}'],
    ['white space around', '\n\t {"query":"q"} \r\n'],
  ])('is taken: %s', async (_, body) => {
    expect((await service.send('POST /chat', { body })).status).toBe(200);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('is taken packed, and with the character set named in any case', async () => {
    const good = JSON.stringify(GOOD_BODIES['POST /chat']);
    const packed = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    expect((await service.send('POST /chat', { body: gzipSync(good), headers: packed })).status).toBe(200);
    const named = { 'content-type': 'Application/JSON; charset="UTF-8"' };
    expect((await service.send('POST /chat', { body: good, headers: named })).status).toBe(200);
  });
});
