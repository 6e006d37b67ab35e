import { gzipSync } from 'node:zlib';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { type ErrorCode } from '../../../src/common/errors/error-codes.js';
import { newId } from '../../../src/common/uuid.js';
import { type Operation, readOperations } from '../../support/requests/api-document.js';
import { BAD_INSIDE } from '../../support/requests/bad-inside.js';
import {
  type BadValue,
  CANARY,
  outOfBounds,
  unstorableTexts,
  wrongTypes,
} from '../../support/requests/bad-values.js';
import { KeptConnection, type KeptResponse } from '../../support/callers/kept-connection.js';
import { answer } from '../../support/model/model-server.answers.js';
import { ModelServer } from '../../support/model/model-server.js';
import { readError, type ReceivedProblem } from '../../support/requests/problem.js';
import { startService, type TestService } from '../../support/service/service.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';
const JSON_TYPE = { 'content-type': 'application/json' };

/** A body of each route that takes one. A route that is not here fails the test. */
const GOOD_BODIES: Readonly<Record<string, object>> = {
  'POST /chat': { query: 'q' },
  'POST /chat/stream': { query: 'q' },
  'POST /api/chat': { question: 'q', uid: UID },
  'POST /api/feedback': { chat_id: newId(), uid: UID, stars: 5 },
  'PUT /api/prompts/{name}': { template: 't' },
  'PUT /api/prompts/{name}/labels/{label}': { version: 1 },
  'POST /api/prompts/{name}/render': { question: 'q' },
  'PATCH /api/conversations/{conversation_id}': { name: 'n' },
  'POST /v1/chat/completions': { messages: [{ role: 'user', content: 'q' }] },
  'POST /v1/chat/completions/stream': { messages: [{ role: 'user', content: 'q' }] },
  'POST /api/documents': { title: 't', source: 's', content: 'c' },
  'POST /api/knowledge/search': { query: 'q' },
};

const ROUTES = Object.keys(GOOD_BODIES);

/** Those whose bodies are all numbers. */
const WITHOUT_TEXTS = ['PUT /api/prompts/{name}/labels/{label}'];

/** A request that must be refused, and how. */
interface Bad {
  readonly name: string;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
  readonly code?: ErrorCode;
  /** The field at fault; absent: any, or none. */
  readonly pointer?: string;
}

let model: ModelServer;
let service: TestService;
let operations: readonly Operation[];
let connection: KeptConnection;

beforeAll(async () => {
  model = await ModelServer.start();
  model.always(answer('an answer'));
  service = await startService({
    environment: { LLM_BASE_URL: model.baseUrl, LLM_MODEL: 'test-model', LLM_MAX_RETRIES: '0' },
  });
  operations = readOperations();
  connection = new KeptConnection(service.url);
  await (await service.post('/chat', { query: 'q', conversation_id: 'bad' })).json();
  // What the good bodies are good for.
  await service.request('PUT', '/api/prompts/bad', { body: GOOD_BODIES['PUT /api/prompts/{name}'] });
});

afterAll(async () => {
  connection.close();
  await service.stop();
  await model.stop();
});

const operation = (route: string) => operations.find((candidate) => candidate.route === route)!;

function send(
  route: string,
  { body, headers = JSON_TYPE }: Pick<Bad, 'body' | 'headers'>,
): Promise<KeptResponse> {
  const [method = '', path = ''] = route.replace(/\{\w+\}/g, 'bad').split(' ');
  const authorization = `Bearer ${service.key}`;
  return connection.send({ method, path, headers: { authorization, ...headers }, body });
}

/** The good body of a route with one field replaced, as text. */
function bodyWith(route: string, { field, json }: BadValue): string {
  const { [field]: _, ...rest } = GOOD_BODIES[route] as Record<string, unknown>;
  const others = Object.entries(rest).map(([name, value]) => `"${name}":${JSON.stringify(value)}`);
  return `{${[...others, ...(json === 'undefined' ? [] : [`"${field}":${json}`])].join()}}`;
}

/** What is wrong with how a bad request was answered; null: nothing. */
function describeFault({ status, headers, text, isReused }: KeptResponse, bad: Bad): string | null {
  const { fault, code, pointers } = readError({ status, contentType: headers['content-type'], text });
  if (fault !== null) return `${status}, ${fault}`;
  if (status >= 500 || (bad.status !== undefined && status !== bad.status)) return `status ${status}`;
  if (bad.code !== undefined && code !== bad.code) return `code ${code}`;
  // One entry a field.
  if (bad.pointer !== undefined && pointers.join() !== bad.pointer) return `pointers [${pointers.join()}]`;
  if (text.includes(CANARY)) return `repeats what was sent: ${text}`;
  return isReused ? null : 'the connection was not kept';
}

/** Sends each on the same connection, and a harmless request after it. */
async function faultsOf(route: string, cases: readonly Bad[]): Promise<string[]> {
  const faults: string[] = [];
  const authorization = `Bearer ${service.key}`;
  const harmless = () => connection.send({ method: 'GET', path: '/api/models', headers: { authorization } });
  await harmless();
  for (const bad of cases) {
    const fault = describeFault(await send(route, bad), bad);
    if (fault !== null) faults.push(`${bad.name}: ${fault}`);
    const next = await harmless();
    if (next.status !== 200 || !next.isReused)
      faults.push(`${bad.name}: the next request got ${next.status}`);
  }
  return faults;
}

async function countRows(): Promise<Record<string, number>> {
  const database = service.app.get<DataSource>(getDataSourceToken());
  const tables = [
    'conversation',
    'document',
    'feedback',
    'feedback_revision',
    'passage',
    'prompt_label',
    'prompt_template',
    'turn',
  ];
  const counts = tables.map(async (table) => {
    const [row] = await database.query<{ count: number }[]>(`SELECT count(*)::int AS count FROM "${table}"`);
    return [table, row!.count] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}

/** Expects all to be refused as they say, nothing to be stored, and a good request to be taken afterwards. */
async function expectRefused(route: string, cases: readonly Bad[]): Promise<void> {
  expect(cases.length).toBeGreaterThan(0);
  const before = await countRows();
  const asked = model.requests.length;
  expect(await faultsOf(route, cases)).toEqual([]);
  expect(await countRows()).toEqual(before);
  expect(model.requests.length).toBe(asked);
  const good = await send(route, { body: JSON.stringify(GOOD_BODIES[route]) });
  expect(good.isReused).toBe(true);
  // Feedback on an unknown answer is well formed, and refused for another reason.
  expect(route === 'POST /api/feedback' ? [404] : [200, 201]).toContain(good.status);
}

/** Fields that take a number for a text, and those that take one for a boolean. */
const LENIENT_IDS = ['user_id', 'conversation_id', 'conversation_name', 'model_name', 'prompt_name', 'uid'];
const IS_LENIENT =
  /^(?:POST \/(?:chat|chat\/stream|api\/chat|api\/feedback)|PATCH \/api\/conversations\/\{conversation_id\})$/;

/** What the document says in one way only, so that clients have only one way to say it. */
const isAlsoTaken = (route: string, { field, json }: BadValue) =>
  (route.includes('/v1/') && field === 'stop' && json === `"${CANARY}"`) ||
  (IS_LENIENT.test(route) && isReadLeniently(route, field, json));

function isReadLeniently(route: string, field: string, json: string): boolean {
  if (field === 'stream') return json === '1';
  const isId = LENIENT_IDS.includes(field) && !(route === 'POST /api/chat' && field === 'uid');
  return isId && /^[\d.e-]+$/.test(json);
}

const inField = (route: string, values: readonly BadValue[]): Bad[] =>
  values
    .filter((value) => !isAlsoTaken(route, value))
    .map((value) => ({
      name: `${value.field} = ${value.json.slice(0, 60)}`,
      body: bodyWith(route, value),
      status: 400,
      code: 'validation_failed',
      pointer: `/${value.field}`,
    }));

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

describe.each(ROUTES.filter((route) => !WITHOUT_TEXTS.includes(route)))('%s refuses', (route) => {
  it('texts that cannot be stored', () =>
    expectRefused(route, inField(route, unstorableTexts(operation(route)))));

  it('texts whose bytes are no UTF-8, or no JSON', async () => {
    const fields = [...new Set(unstorableTexts(operation(route)).map(({ field }) => field))];
    const bytes = [[0], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf], [0xc0, 0x80], [0xff], [0xe4, 0xbd], [0x0a]];
    const cases = fields.flatMap((field) =>
      bytes.map((raw): Bad => {
        const [head = '', tail = ''] = bodyWith(route, { field, json: `"${CANARY}|"` }).split('|');
        const body = Buffer.concat([Buffer.from(head), Buffer.from(raw), Buffer.from(tail)]);
        return { name: `${field} with the bytes ${raw.join()}`, body, status: 400, code: 'malformed_json' };
      }),
    );
    await expectRefused(route, cases);
  });
});

describe.each(ROUTES)('%s refuses', (route) => {
  it('fields of the wrong type', () => expectRefused(route, inField(route, wrongTypes(operation(route)))));

  it('fields out of their bounds, and those that are missing', () =>
    expectRefused(route, inField(route, outOfBounds(operation(route)))));

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
    await expectRefused(route, [
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
    await expectRefused(route, [
      ...invalid.map((body): Bad => ({ name: body, body, status: 400, code: 'malformed_json' })),
      ...noObject.map((body): Bad => ({
        name: body,
        body,
        status: 400,
        code: 'validation_failed',
        pointer: '',
      })),
      ...['', '{}', '{"__proto__":{"query":"q"}}', '{"constructor":{"prototype":{}}}'].map((body): Bad => ({
        name: `empty: ${body}`,
        body,
        status: 400,
        pointer: required.map((name) => `/${name}`).join(),
      })),
      { name: 'nothing at all', headers: {}, status: 400 },
    ]);
  });

  it('bodies that are too large', async () => {
    const text = 'x'.repeat(2_000_000);
    const code = 'payload_too_large';
    const fields = Object.keys(operation(route).body!.properties!);
    const cases = fields.map((field): Bad => ({
      name: field,
      body: bodyWith(route, { field, json: `"${text}"` }),
      status: 413,
      code,
    }));
    const bomb = gzipSync(bodyWith(route, { field: 'unknown', json: `"${text}"` }));
    const gzip = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    await expectRefused(route, [...cases, { name: 'packed', body: bomb, headers: gzip, status: 413, code }]);
  });

  it('other content types, character sets and encodings', async () => {
    const good = JSON.stringify(GOOD_BODIES[route]);
    const of = (type: string): Bad => ({
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
    const encoded = (encoding: string, body: string | Buffer, status: number): Bad => ({
      name: `${encoding}, ${status}`,
      body,
      headers: { ...JSON_TYPE, 'content-encoding': encoding },
      status,
    });
    await expectRefused(route, [
      ...types.map(of),
      encoded('gzip', good, 400),
      encoded('gzip', gzipSync(good).subarray(0, 20), 400),
      encoded('deflate', good, 400),
      encoded('br', good, 400),
      encoded(CANARY, good, 415),
    ]);
  });
});

describe('What is inside a field', () => {
  it.each(BAD_INSIDE)('is looked at as well: %s /%s', (route, field, values) =>
    expectRefused(
      route,
      inField(
        route,
        values.map((json) => ({ field, json })),
      ),
    ),
  );
});

describe('A body that says which variant it means', () => {
  const BOTH = { query: CANARY, question: CANARY, uid: UID };
  const ROUTES_AND_FIELDS: [string, string][] = [
    ['POST /chat', '/query'],
    ['POST /chat/stream', '/query'],
    ['POST /api/chat', '/question'],
  ];

  it.each(ROUTES_AND_FIELDS)(
    'says so twice on %s, or not at all, and gets the fault at %s',
    async (route, pointer) => {
      const bodies = [BOTH, { uid: UID }, { uid: UID, query: null, question: null }];
      for (const body of bodies) {
        const response = await send(route, { body: JSON.stringify(body) });
        expect(
          describeFault(response, { name: '', status: 400, code: 'validation_failed', pointer }),
        ).toBeNull();
        expect((JSON.parse(response.text) as ReceivedProblem).errors![0]!.detail).toMatch(
          /query.*question|question.*query/,
        );
      }
    },
  );

  it('may be null in the other', async () => {
    expect((await send('POST /chat', { body: '{"query":"q","question":null}' })).status).toBe(200);
    expect((await send('POST /api/chat', { body: '{"query":"q","question":null}' })).status).toBe(200);
    expect(
      (await send('POST /api/chat', { body: `{"query":null,"question":"q","uid":"${UID}"}` })).status,
    ).toBe(200);
  });
});

describe('What is not configured', () => {
  const NAMES: [string, ErrorCode, readonly string[]][] = [
    ['model_name', 'model_not_supported', ['test-model']],
    ['prompt_name', 'prompt_not_found', ['bad', 'default', 'qa', 'with_history']],
  ];

  it.each(NAMES)('is refused at /%s as %s, with those that are', async (field, code, supported) => {
    const before = await countRows();
    for (const route of ['POST /chat', 'POST /chat/stream', 'POST /api/chat']) {
      for (const name of [CANARY, 'Test-Model', ' default', '__proto__', 'toString', '提示', '%s']) {
        const response = await send(route, { body: JSON.stringify({ query: 'q', [field]: name }) });
        expect(describeFault(response, { name, status: 400, code, pointer: `/${field}` })).toBeNull();
        expect((JSON.parse(response.text) as ReceivedProblem).supported).toEqual(supported);
      }
    }
    expect(await countRows()).toEqual(before);
  });
});

describe('A query string', () => {
  const BAD = [
    'limit=0',
    'limit=101',
    'limit=x',
    'limit=',
    'limit=1.5',
    'limit=1&limit=2',
    'limit=1e400',
    'limit=NaN',
  ];
  const CURSORS = [`cursor=${CANARY}`, 'cursor=', 'cursor=%00', 'cursor=a&cursor=b'];

  const LISTS = [
    '/api/documents',
    '/api/conversations',
    '/api/conversations/c/messages',
    '/api/prompts/default/versions',
    '/api/feedback',
  ];
  // By name: what is a name may be a cursor.
  const NAME_CURSORS = ['cursor=', 'cursor=a%20b', 'cursor=%00', 'cursor=a&cursor=b', 'cursor=mine@3'];
  const CASES = [
    ...LISTS.flatMap((list) => [...BAD, ...CURSORS].map((query) => [query, list] as const)),
    ...[...BAD, ...NAME_CURSORS].map((query) => [query, '/api/prompts'] as const),
  ];

  it.each(CASES)('is refused with the name of its parameter: %s on %s', async (query, list) => {
    const authorization = `Bearer ${service.key}`;
    const response = await connection.send({
      method: 'GET',
      path: `${list}?${query}`,
      headers: { authorization },
    });
    const pointer = `?${query.split('=')[0]}`;
    expect(
      describeFault(response, { name: query, status: 400, code: 'validation_failed', pointer }),
    ).toBeNull();
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
    expect((await send('POST /chat', { body })).status).toBe(200);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('is taken packed, and with the character set named in any case', async () => {
    const good = JSON.stringify(GOOD_BODIES['POST /chat']);
    const packed = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    expect((await send('POST /chat', { body: gzipSync(good), headers: packed })).status).toBe(200);
    const named = { 'content-type': 'Application/JSON; charset="UTF-8"' };
    expect((await send('POST /chat', { body: good, headers: named })).status).toBe(200);
  });
});
