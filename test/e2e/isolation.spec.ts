import { newId } from '../../src/common/uuid.js';
import { type Operation, readOperations } from '../support/api-document.js';
import { answer } from '../support/model-server.answers.js';
import { ModelServer } from '../support/model-server.js';
import { readProblem } from '../support/problem.js';
import { startService, type TestService } from '../support/service.js';
import { type Frame, readFrames } from '../support/sse.js';

const ALICE = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';
const BOB = '0c9d8a52-6a0e-4f0c-9b5f-2a4f0b1f7b11';

/** Stands in every text of the owner's, and may be in nothing that a stranger gets. */
const CANARY = 'ownercanary';

const TEMPLATE = `${CANARY} template {{question}} {{context}}`;
const DOCUMENT = {
  title: 'Penguins',
  source: `${CANARY}.md`,
  content: `# Penguins\n\nEmperor penguins breed in the Antarctic winter, says ${CANARY}.`,
  external_id: 'penguins',
  metadata: { shelf: CANARY },
};
const CONVERSATION = 'shared-name';

interface Owned {
  readonly turnA: string;
  readonly turnB: string;
  readonly document: string;
}

let model: ModelServer;
let service: TestService;
let operations: readonly Operation[];
let strangerKey: string;
let owned: Owned;
let before: unknown;

const own = (method: string, path: string, body?: object) => service.request(method, path, { body });
const strange = (method: string, path: string, body?: object) =>
  service.request(method, path, { body, key: strangerKey });

async function expectStatus(response: Response, ...statuses: number[]): Promise<Response> {
  if (!statuses.includes(response.status)) throw new Error(`${response.status}: ${await response.text()}`);
  return response;
}

async function json<Body = Record<string, unknown>>(response: Response): Promise<Body> {
  return (await (await expectStatus(response, 200, 201)).json()) as Body;
}

/** What a stranger got: its text, after it was seen to hold nothing of the owner's. */
async function textWithoutCanary(response: Response): Promise<string> {
  const text = await response.text();
  expect(text).not.toContain(CANARY);
  return text;
}

/** Everything of the owner's that can be read, to see that it has not changed. */
async function readOwned(): Promise<unknown> {
  const paths = [
    `/api/chat/${owned.turnA}`,
    `/api/chat/${owned.turnB}`,
    '/api/prompts/secret',
    `/api/documents/${owned.document}`,
    '/api/documents',
  ];
  return Promise.all(paths.map(async (path) => json(await own('GET', path))));
}

beforeAll(async () => {
  model = await ModelServer.start();
  model.always(answer(`${CANARY} answer`));
  service = await startService({
    environment: { LLM_BASE_URL: model.baseUrl, LLM_MODEL: 'test-model', LLM_MAX_RETRIES: '0' },
  });
  operations = await readOperations(service);
  strangerKey = await service.addClient('stranger');
  await expectStatus(await own('PUT', '/api/prompts/secret', { template: TEMPLATE }), 201);
  const document = await json<{ id: string }>(await own('POST', '/api/documents', DOCUMENT));
  const asked = { query: `${CANARY} question`, user_id: ALICE, conversation_id: CONVERSATION };
  const turnA = await json<{ message_id: string }>(await own('POST', '/chat', asked));
  const framesB = await readFrames(await own('POST', '/api/chat', { question: `${CANARY} penguins`, uid: ALICE }));
  owned = { turnA: turnA.message_id, turnB: framesB[0]!.chat_id!, document: document.id };
  for (const chat_id of [owned.turnA, owned.turnB]) {
    await expectStatus(await own('POST', '/api/feedback', { chat_id, uid: ALICE, stars: 1, reason: CANARY }), 201);
  }
  model.always(answer('an answer'));
  before = await readOwned();
});

afterAll(async () => {
  await service.stop();
  await model.stop();
});

/** Expects that what is another's is answered as what does not exist, but for the ids of the request. */
async function expectUnknown(send: (id: string) => Promise<Response>, foreign: string, unknown: string): Promise<void> {
  const comparable = async (response: Response) => ({
    headers: [...response.headers.keys()].sort(),
    problem: { ...(await readProblem(response)), instance: '', request_id: '' },
  });
  const received = await comparable(await send(foreign));
  expect(received).toEqual(await comparable(await send(unknown)));
  expect(received.problem).toMatchObject({ status: 404, code: 'not_found' });
}

/** Asks as the stranger what would get the owner's words if anything did. */
async function expectNothingOfTheOwner(path: string, body: object): Promise<void> {
  const asked = model.requests.length;
  const response = await expectStatus(await strange('POST', path, body), 200);
  await textWithoutCanary(response);
  expect(model.requests.length).toBe(asked + 1);
  expect(model.requests.at(-1)!.text).not.toContain(CANARY);
}

const askA = (path: string) => async (): Promise<void> => {
  // The owner's id names another conversation here, and the owner's end user another end user.
  await expectNothingOfTheOwner(path, { query: 'What did I say?', conversation_id: CONVERSATION, user_id: ALICE });
  const refused = await readProblem(await strange('POST', path, { query: 'q', prompt_name: 'secret' }));
  expect(refused).toMatchObject({ status: 400, code: 'prompt_not_found' });
  expect(refused.supported).not.toContain('secret');
  await expectStatus(await strange('PUT', '/api/prompts/reader', { template: '{{context}} {{question}}' }), 200, 201);
  await expectNothingOfTheOwner(path, { query: 'When do emperor penguins breed?', prompt_name: 'reader' });
};

/** What each route must do for a stranger. A route that is not here fails the test. */
const FOR_A_STRANGER: Readonly<Record<string, () => Promise<void>>> = {
  'POST /chat': askA('/chat'),
  'POST /chat/stream': askA('/chat/stream'),
  'POST /api/chat': async () => {
    await askA('/api/chat')();
    await expectNothingOfTheOwner('/api/chat', { question: 'When do emperor penguins breed?', uid: ALICE });
  },
  'GET /api/chat/{chat_id}': async () => {
    for (const turn of [owned.turnA, owned.turnB, owned.turnA.toUpperCase()]) {
      await expectUnknown((id) => strange('GET', `/api/chat/${id}`), turn, newId());
    }
  },
  'POST /api/feedback': async () => {
    for (const uid of [ALICE, BOB]) {
      const send = (chat_id: string) => strange('POST', '/api/feedback', { chat_id, uid, stars: 5 });
      await expectUnknown(send, owned.turnA, newId());
      await expectUnknown(send, owned.turnB, newId());
    }
    const again = await json(await own('POST', '/api/feedback', { chat_id: owned.turnB, uid: ALICE }));
    expect(again).toMatchObject({ stars: 1, reason: CANARY });
  },
  'GET /api/prompts': async () => {
    const { prompts } = JSON.parse(await textWithoutCanary(await strange('GET', '/api/prompts'))) as {
      prompts: { name: string }[];
    };
    expect(prompts.map(({ name }) => name)).not.toContain('secret');
  },
  'GET /api/prompts/{name}': () => expectUnknown((name) => strange('GET', `/api/prompts/${name}`), 'secret', 'nobodys'),
  'DELETE /api/prompts/{name}': () =>
    expectUnknown((name) => strange('DELETE', `/api/prompts/${name}`), 'secret', 'nobodys'),
  'PUT /api/prompts/{name}': async () => {
    const saved = await strange('PUT', '/api/prompts/secret', { template: 'mine {{question}}' });
    expect(saved.status).toBe(201);
    expect(JSON.parse(await textWithoutCanary(saved))).toMatchObject({ version: 1 });
    await expectStatus(await strange('DELETE', '/api/prompts/secret'), 204);
  },
  'GET /api/documents': async () => {
    for (const query of ['', '?limit=100', `?cursor=${owned.document}`, `?cursor=${newId()}`]) {
      const list = JSON.parse(await textWithoutCanary(await strange('GET', `/api/documents${query}`))) as object;
      expect(list).toEqual({ documents: [], next_cursor: null });
    }
  },
  'POST /api/documents': async () => {
    const mine = { title: 'Mine', source: 'mine.md', content: 'Walruses.', external_id: DOCUMENT.external_id };
    const stored = await strange('POST', '/api/documents', mine);
    expect(stored.status).toBe(201);
    const { id } = JSON.parse(await textWithoutCanary(stored)) as { id: string };
    expect(id).not.toBe(owned.document);
    await expectStatus(await strange('DELETE', `/api/documents/${id}`), 204);
  },
  'GET /api/documents/{id}': () =>
    expectUnknown((id) => strange('GET', `/api/documents/${id}`), owned.document, newId()),
  'DELETE /api/documents/{id}': () =>
    expectUnknown((id) => strange('DELETE', `/api/documents/${id}`), owned.document, newId()),
  'POST /api/knowledge/search': async () => {
    for (const query of ['When do emperor penguins breed?', CANARY]) {
      expect(await json(await strange('POST', '/api/knowledge/search', { query, limit: 50 }))).toEqual({ passages: [] });
    }
  },
  'GET /api/models': async () => {
    expect(await json(await strange('GET', '/api/models'))).toEqual(await json(await own('GET', '/api/models')));
  },
  'GET /api/ping': async () => {
    expect(await textWithoutCanary(await strange('GET', '/api/ping'))).toBe('{"message":"pong"}');
  },
  'GET /health/live': async () => {
    expect(await textWithoutCanary(await strange('GET', '/health/live'))).toBe('{"status":"ok"}');
  },
  'GET /health/ready': async () => {
    expect(await textWithoutCanary(await strange('GET', '/health/ready'))).toBe('{"status":"ok"}');
  },
};

describe("Another client's things do not exist", () => {
  it('on any route there is', () => {
    expect(Object.keys(FOR_A_STRANGER).sort()).toEqual(operations.map(({ route }) => route).sort());
  });

  it.each(Object.keys(FOR_A_STRANGER))('on %s, and are as they were afterwards', async (route) => {
    await FOR_A_STRANGER[route]!();
    expect(await readOwned()).toEqual(before);
  });

  it('but they do for their owner, in the very requests that find nothing for the stranger', async () => {
    const search = { query: 'When do emperor penguins breed?', limit: 50 };
    const found = await json<{ passages: object[] }>(await own('POST', '/api/knowledge/search', search));
    expect(found.passages).toHaveLength(1);
    const conversation = { conversation_id: CONVERSATION, user_id: ALICE, prompt_name: 'secret' };
    await expectStatus(await own('POST', '/chat', { ...conversation, query: search.query }), 200);
    for (const words of [`${CANARY} question`, `${CANARY} answer`, `${CANARY} template`, `says ${CANARY}`]) {
      expect(model.requests.at(-1)!.text).toContain(words);
    }
    expect((await own('GET', `/api/chat/${owned.turnB.toUpperCase()}`)).status).toBe(200);
  });
});

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
    const routes = operations.filter(({ pathParameters, method }) => pathParameters.length > 0 && method !== 'PUT');
    expect(routes.length).toBeGreaterThanOrEqual(5);
    for (const { method, path } of routes) {
      const { status } = await readProblem(await strange(method, path.replace(/\{\w+\}/, id)));
      expect([400, 404]).toContain(status);
    }
  });

  it('is not found by the id of something else', async () => {
    for (const id of [owned.document, newId()]) {
      expect((await own('GET', `/api/chat/${id}`)).status).toBe(404);
      expect((await own('POST', '/api/feedback', { chat_id: id, uid: ALICE })).status).toBe(404);
    }
    expect((await own('GET', `/api/documents/${owned.turnA}`)).status).toBe(404);
  });
});

describe("Another end user's things are a 404", () => {
  const STRANGERS: [string, object][] = [
    ['another end user', { user_id: BOB }],
    ['nobody in particular', {}],
    ['an empty name', { user_id: '' }],
    ['the same name in capitals', { user_id: ALICE.toUpperCase() }],
  ];

  it.each(STRANGERS)('the conversation, on each route of variant A, for %s', async (_, user) => {
    const asked = model.requests.length;
    for (const path of ['/chat', '/chat/stream', '/api/chat']) {
      for (const stream of [true, false]) {
        const body = { query: 'q', conversation_id: CONVERSATION, stream, ...user };
        const problem = await readProblem(await own('POST', path, body));
        expect(problem).toMatchObject({ status: 404, code: 'not_found', instance: path });
        expect(JSON.stringify(problem)).not.toContain(CANARY);
      }
    }
    expect(model.requests.length).toBe(asked);
    expect(await readOwned()).toEqual(before);
  });

  it.each(['turnA', 'turnB'] as const)('the answer, to feedback on %s', async (turn) => {
    for (const uid of [BOB, `${ALICE} `, 'nobody']) {
      const send = (chat_id: string) => own('POST', '/api/feedback', { chat_id, uid, stars: 5 });
      await expectUnknown(send, owned[turn], newId());
    }
  });

  it('but the receipt belongs to the client, whoever asked', async () => {
    for (const turn of [owned.turnA, owned.turnB]) {
      const receipt = await json<Frame>(await own('GET', `/api/chat/${turn}`));
      expect(receipt.text).toBe(`${CANARY} answer`);
    }
  });
});
