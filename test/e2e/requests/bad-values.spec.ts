import type { ErrorCode } from '../../../src/common/errors/error-codes.js';
import { BAD_INSIDE } from '../../support/requests/bad-inside.js';
import { describeFault, inField } from '../../support/requests/bad-requests.js';
import { CANARY } from '../../support/requests/bad-values.js';
import type { ReceivedProblem } from '../../support/requests/problem.js';
import { RefusingService } from '../../support/service/refusing-service.js';
import { UID } from '../../support/service/ways-to-ask.js';

let service: RefusingService;

beforeAll(async () => {
  service = await RefusingService.start();
});

afterAll(() => service.stop());

describe('What is inside a field', () => {
  it.each(BAD_INSIDE)('is looked at as well: %s /%s', (route, field, values) =>
    service.expectRefused(
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
        const response = await service.send(route, { body: JSON.stringify(body) });
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
    expect((await service.send('POST /chat', { body: '{"query":"q","question":null}' })).status).toBe(200);
    expect((await service.send('POST /api/chat', { body: '{"query":"q","question":null}' })).status).toBe(
      200,
    );
    expect(
      (await service.send('POST /api/chat', { body: `{"query":null,"question":"q","uid":"${UID}"}` })).status,
    ).toBe(200);
  });
});

describe('What is not configured', () => {
  const NAMES: [string, ErrorCode, readonly string[]][] = [
    ['model_name', 'model_not_supported', ['test-model']],
    ['prompt_name', 'prompt_not_found', ['bad', 'default', 'qa', 'with_history']],
  ];

  it.each(NAMES)('is refused at /%s as %s, with those that are', async (field, code, supported) => {
    const before = await service.countRows();
    for (const route of ['POST /chat', 'POST /chat/stream', 'POST /api/chat']) {
      for (const name of [CANARY, 'Test-Model', ' default', '__proto__', 'toString', '提示', '%s']) {
        const response = await service.send(route, { body: JSON.stringify({ query: 'q', [field]: name }) });
        expect(describeFault(response, { name, status: 400, code, pointer: `/${field}` })).toBeNull();
        expect((JSON.parse(response.text) as ReceivedProblem).supported).toEqual(supported);
      }
    }
    expect(await service.countRows()).toEqual(before);
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
    const response = await service.get(`${list}?${query}`);
    const pointer = `?${query.split('=')[0]}`;
    expect(
      describeFault(response, { name: query, status: 400, code: 'validation_failed', pointer }),
    ).toBeNull();
  });
});
