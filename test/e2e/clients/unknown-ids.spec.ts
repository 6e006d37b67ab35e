import { newId } from '../../../src/common/uuid.js';
import { ALICE, TwoClients } from '../../support/callers/two-clients.js';
import { type Operation, readOperations } from '../../support/requests/api-document.js';
import { readError } from '../../support/requests/problem.js';

let clients: TwoClients;
let operations: readonly Operation[];

beforeAll(async () => {
  clients = await TwoClients.start();
  operations = readOperations();
});

afterAll(() => clients.stop());

describe('An id that names nothing', () => {
  const MALFORMED: [string, string][] = [
    ['a letter', 'x'],
    ['a number', '0'],
    ['null', 'null'],
    ['a space', '%20'],
    ['NUL', '%00'],
    ['a line end', '%0A'],
    ['a path', '..%2f..%2fetc'],
    ['an emoji', '%F0%9F%98%80'],
    ['a condition', "'%20OR%201=1--"],
    ['a UUID and a line end', `${newId()}%0A`],
    ['a UUID in braces', `{${newId()}}`],
    ['a UUID without hyphens', newId().replaceAll('-', '')],
    ['5,000 letters', 'a'.repeat(5_000)],
  ];

  it.each(MALFORMED)('is a 404 or a 400 on every route with a parameter: %s', async (_, id) => {
    const routes = operations.filter(
      ({ pathParameters, method }) => pathParameters.length > 0 && !['PUT', 'PATCH'].includes(method),
    );
    expect(routes.length).toBeGreaterThanOrEqual(5);
    for (const { method, path } of routes) {
      const response = await clients.strange(method, path.replace(/\{\w+\}/, id));
      const { status, headers } = response;
      expect([400, 404]).toContain(status);
      const contentType = headers.get('content-type');
      expect(readError({ status, contentType, text: await response.text() }).fault).toBeNull();
    }
  });

  it('is not found by the id of something else', async () => {
    for (const id of [clients.owned.document, newId()]) {
      expect((await clients.own('GET', `/api/chat/${id}`)).status).toBe(404);
      const feedback = { chat_id: id, uid: ALICE, stars: 5 };
      expect((await clients.own('POST', '/api/feedback', feedback)).status).toBe(404);
    }
    expect((await clients.own('GET', `/api/documents/${clients.owned.turnA}`)).status).toBe(404);
  });
});
