import { newId } from '../../../src/common/uuid.js';
import { type Operation, readOperations } from '../../support/requests/api-document.js';
import { readProblem } from '../../support/requests/problem.js';
import { v1ForAStranger } from '../../support/callers/stranger-responses.js';
import {
  ALICE,
  ANSWERED,
  BOB,
  CANARY,
  CONVERSATION,
  EXTERNAL_ID,
  expectStatus,
  expectUnknown,
  LABEL,
  LONE_CONVERSATION,
  readJson,
  textWithoutCanary,
  TwoClients,
} from '../../support/callers/two-clients.js';

let clients: TwoClients;
let operations: readonly Operation[];
let before: unknown;

beforeAll(async () => {
  clients = await TwoClients.start();
  operations = readOperations();
  before = await clients.readOwned();
});

afterAll(() => clients.stop());

/** Asks as the stranger what would get the owner's words if anything did. */
async function expectNothingOfTheOwner(path: string, body: object): Promise<void> {
  const asked = clients.model.requests.length;
  const response = await expectStatus(await clients.strange('POST', path, body), 200);
  await textWithoutCanary(response);
  expect(clients.model.requests.length).toBe(asked + 1);
  expect(clients.model.requests.at(-1)!.text).not.toContain(CANARY);
}

const askA = (path: string) => async (): Promise<void> => {
  // The owner's id names another conversation here, and the owner's end user another end user.
  await expectNothingOfTheOwner(path, {
    query: 'What did I say?',
    conversation_id: CONVERSATION,
    user_id: ALICE,
  });
  for (const prompt_name of ['secret', 'secret@1', 'secret@latest', `secret@${LABEL}`]) {
    const refused = await readProblem(await clients.strange('POST', path, { query: 'q', prompt_name }));
    expect(refused).toMatchObject({ status: 400, code: 'prompt_not_found' });
    expect(refused.supported?.join()).not.toContain('secret');
  }
  await expectStatus(
    await clients.strange('PUT', '/api/prompts/reader', { template: '{{context}} {{question}}' }),
    200,
    201,
  );
  await expectNothingOfTheOwner(path, { query: ANSWERED, prompt_name: 'reader' });
};

const askOpenAi = (path: string) => async (): Promise<void> => {
  const ask = (content: string, metadata: object) => ({
    messages: [{ role: 'user', content }],
    user: ALICE,
    metadata,
  });
  await expectNothingOfTheOwner(path, ask('What did I say?', { conversation_id: CONVERSATION }));
  const refused = await clients.strange('POST', path, ask('q', { prompt_name: 'secret' }));
  expect(refused.status).toBe(400);
  expect(await textWithoutCanary(refused)).not.toMatch(/there are:.*secret/i);
  await clients.strange('PUT', '/api/prompts/reader', { template: '{{context}} {{question}}' });
  await expectNothingOfTheOwner(path, ask(ANSWERED, { prompt_name: 'reader' }));
};

/** The same for all clients. */
async function expectTheSame(path: string): Promise<void> {
  expect(await readJson(await clients.strange('GET', path))).toEqual(
    await readJson(await clients.own('GET', path)),
  );
}

/** Of what its owner does export. */
async function expectNothingExported(kind: string): Promise<void> {
  const ofTraining = kind === 'eval' ? [] : ['?format=trl', '?prompt=plain'];
  for (const query of ['', '?max_stars=1', '?model_name=test-model', ...ofTraining])
    expect(await (await clients.strange('GET', `/api/exports/${kind}${query}`)).text()).toBe('');
  expect(await (await clients.own('GET', `/api/exports/${kind}`)).text()).toContain(CANARY);
}

/** What each route must do for a stranger. A route that is not here fails the test. */
const FOR_A_STRANGER: Readonly<Record<string, () => Promise<void>>> = {
  'POST /chat': askA('/chat'),
  'POST /chat/stream': askA('/chat/stream'),
  'POST /api/chat': async () => {
    await askA('/api/chat')();
    await expectNothingOfTheOwner('/api/chat', { question: ANSWERED, uid: ALICE });
  },
  'GET /api/chat/{chat_id}': async () => {
    for (const turn of [clients.owned.turnA, clients.owned.turnB, clients.owned.turnA.toUpperCase()]) {
      await expectUnknown((id) => clients.strange('GET', `/api/chat/${id}`), turn, newId());
    }
  },
  'GET /api/chat/{chat_id}/stream': async () => {
    for (const turn of [clients.owned.turnA, clients.owned.turnB]) {
      await expectUnknown((id) => clients.strange('GET', `/api/chat/${id}/stream`), turn, newId());
      const after = (id: string) => ({ key: clients.strangerKey, headers: { 'last-event-id': `${id}:1` } });
      await expectUnknown(
        (id) => clients.service.request('GET', `/api/chat/${id}/stream`, after(id)),
        turn,
        newId(),
      );
    }
  },
  'POST /v1/chat/completions': askOpenAi('/v1/chat/completions'),
  'POST /v1/chat/completions/stream': askOpenAi('/v1/chat/completions/stream'),
  ...v1ForAStranger(() => clients, expectNothingOfTheOwner),
  'POST /api/chat/{chat_id}/stop': async () => {
    for (const turn of [clients.owned.turnA, clients.owned.turnB]) {
      await expectUnknown((id) => clients.strange('POST', `/api/chat/${id}/stop`), turn, newId());
    }
  },
  'GET /api/conversations': async () => {
    for (const query of ['', '?limit=100', `?user_id=${ALICE}`, `?cursor=${newId()}`])
      await textWithoutCanary(await clients.strange('GET', `/api/conversations${query}`));
  },
  'GET /api/conversations/{conversation_id}': () =>
    expectUnknown((id) => clients.strange('GET', `/api/conversations/${id}`), LONE_CONVERSATION, 'nobodys'),
  'GET /api/conversations/{conversation_id}/messages': () =>
    expectUnknown(
      (id) => clients.strange('GET', `/api/conversations/${id}/messages`),
      LONE_CONVERSATION,
      'nobodys',
    ),
  'PATCH /api/conversations/{conversation_id}': () =>
    expectUnknown(
      (id) => clients.strange('PATCH', `/api/conversations/${id}`, { name: 'mine' }),
      LONE_CONVERSATION,
      'nobodys',
    ),
  'DELETE /api/conversations/{conversation_id}': () =>
    expectUnknown(
      (id) => clients.strange('DELETE', `/api/conversations/${id}`),
      LONE_CONVERSATION,
      'nobodys',
    ),
  'POST /api/feedback': async () => {
    for (const uid of [ALICE, BOB]) {
      const send = (chat_id: string) => clients.strange('POST', '/api/feedback', { chat_id, uid, stars: 5 });
      await expectUnknown(send, clients.owned.turnA, newId());
      await expectUnknown(send, clients.owned.turnB, newId());
    }
  },
  'GET /api/feedback': async () => {
    const { turnA } = clients.owned;
    for (const query of [
      '',
      '?limit=100',
      `?uid=${ALICE}`,
      `?cursor=${newId()}`,
      '?model_name=test-model',
      '?max_stars=1',
    ])
      expect(
        JSON.parse(await textWithoutCanary(await clients.strange('GET', `/api/feedback${query}`))),
      ).toEqual({
        feedback: [],
        next_cursor: null,
      });
    expect(await (await clients.own('GET', `/api/feedback?uid=${ALICE.toUpperCase()}`)).text()).toContain(
      turnA,
    );
  },
  'DELETE /api/feedback/{chat_id}': async () => {
    for (const uid of [ALICE, BOB]) {
      const withdraw = (id: string) => clients.strange('DELETE', `/api/feedback/${id}?uid=${uid}`);
      await expectUnknown(withdraw, clients.owned.turnA, newId());
      await expectUnknown(withdraw, clients.owned.turnB, newId());
    }
    const ofAnother = (id: string) => clients.own('DELETE', `/api/feedback/${id}?uid=${BOB}`);
    await expectUnknown(ofAnother, clients.owned.turnA, newId());
  },
  'GET /api/exports/sft': () => expectNothingExported('sft'),
  'GET /api/exports/dpo': () => expectNothingExported('dpo'),
  'GET /api/exports/eval': () => expectNothingExported('eval'),
  'GET /api/prompts': async () => {
    const { prompts } = JSON.parse(await textWithoutCanary(await clients.strange('GET', '/api/prompts'))) as {
      prompts: { name: string }[];
    };
    expect(prompts.map(({ name }) => name)).not.toContain('secret');
  },
  'GET /api/prompts/{name}': async () => {
    for (const at of ['', '@1', '@latest', `@${LABEL}`, '@7']) {
      const read = (name: string) => clients.strange('GET', `/api/prompts/${name}${at}`);
      await expectUnknown(read, 'secret', 'nobodys');
    }
  },
  'GET /api/prompts/{name}/versions': () =>
    expectUnknown((name) => clients.strange('GET', `/api/prompts/${name}/versions`), 'secret', 'nobodys'),
  'PUT /api/prompts/{name}/labels/{label}': async () => {
    const body = { version: 1 };
    for (const label of [LABEL, 'production', 'mine']) {
      const move = (name: string) => clients.strange('PUT', `/api/prompts/${name}/labels/${label}`, body);
      await expectUnknown(move, 'secret', 'nobodys');
    }
  },
  'DELETE /api/prompts/{name}/labels/{label}': async () => {
    for (const label of [LABEL, 'production']) {
      const remove = (name: string) => clients.strange('DELETE', `/api/prompts/${name}/labels/${label}`);
      await expectUnknown(remove, 'secret', 'nobodys');
    }
  },
  'POST /api/prompts/{name}/render': async () => {
    const render = (name: string) =>
      clients.strange('POST', `/api/prompts/${name}/render`, { question: 'q' });
    await expectUnknown(render, 'secret', 'nobodys');
    const reader = { question: ANSWERED, template: '{{context}} {{question}}' };
    const rendered = await clients.strange('POST', '/api/prompts/secret/render', reader);
    await textWithoutCanary(await expectStatus(rendered, 200));
  },
  'DELETE /api/prompts/{name}': () =>
    expectUnknown((name) => clients.strange('DELETE', `/api/prompts/${name}`), 'secret', 'nobodys'),
  'PUT /api/prompts/{name}': async () => {
    const saved = await clients.strange('PUT', '/api/prompts/secret', { template: 'mine {{question}}' });
    expect(saved.status).toBe(201);
    expect(JSON.parse(await textWithoutCanary(saved))).toMatchObject({ version: 1 });
    await expectStatus(await clients.strange('DELETE', '/api/prompts/secret'), 204);
  },
  'GET /api/documents': async () => {
    for (const query of ['', '?limit=100', `?cursor=${clients.owned.document}`, `?cursor=${newId()}`]) {
      const list = JSON.parse(
        await textWithoutCanary(await clients.strange('GET', `/api/documents${query}`)),
      ) as object;
      expect(list).toEqual({ documents: [], next_cursor: null });
    }
  },
  'POST /api/documents': async () => {
    const mine = {
      title: 'Mine',
      source: 'mine.md',
      content: 'Walruses.',
      external_id: EXTERNAL_ID,
    };
    const stored = await clients.strange('POST', '/api/documents', mine);
    expect(stored.status).toBe(201);
    const { id } = JSON.parse(await textWithoutCanary(stored)) as { id: string };
    expect(id).not.toBe(clients.owned.document);
    await expectStatus(await clients.strange('DELETE', `/api/documents/${id}`), 204);
  },
  'GET /api/documents/{id}': () =>
    expectUnknown((id) => clients.strange('GET', `/api/documents/${id}`), clients.owned.document, newId()),
  'DELETE /api/documents/{id}': () =>
    expectUnknown((id) => clients.strange('DELETE', `/api/documents/${id}`), clients.owned.document, newId()),
  'POST /api/knowledge/search': async () => {
    for (const query of [ANSWERED, CANARY]) {
      expect(
        await readJson(await clients.strange('POST', '/api/knowledge/search', { query, limit: 50 })),
      ).toEqual({
        passages: [],
      });
    }
  },
  'GET /api/models': () => expectTheSame('/api/models'),
  'GET /v1/models': () => expectTheSame('/v1/models'),
  'GET /v1/models/{model}': () => expectTheSame('/v1/models/test-model'),
  'GET /api/ping': async () => {
    expect(await textWithoutCanary(await clients.strange('GET', '/api/ping'))).toBe('{"message":"pong"}');
  },
  'GET /health/live': async () => {
    expect(await textWithoutCanary(await clients.strange('GET', '/health/live'))).toBe('{"status":"ok"}');
  },
  'GET /health/ready': async () => {
    expect(await textWithoutCanary(await clients.strange('GET', '/health/ready'))).toBe('{"status":"ok"}');
  },
};

describe("Another client's things do not exist", () => {
  it('on any route there is', () => {
    expect(Object.keys(FOR_A_STRANGER).sort()).toEqual(operations.map(({ route }) => route).sort());
  });

  it.each(Object.keys(FOR_A_STRANGER))('on %s, and are as they were afterwards', async (route) => {
    await FOR_A_STRANGER[route]!();
    expect(await clients.readOwned()).toEqual(before);
  });

  it('but they do for their owner, in the very requests that find nothing for the stranger', async () => {
    const search = { query: ANSWERED, limit: 50 };
    const found = await readJson<{ passages: object[] }>(
      await clients.own('POST', '/api/knowledge/search', search),
    );
    expect(found.passages).toHaveLength(1);
    const conversation = { conversation_id: CONVERSATION, user_id: ALICE, prompt_name: 'secret' };
    await expectStatus(await clients.own('POST', '/chat', { ...conversation, query: search.query }), 200);
    for (const words of [`${CANARY} question`, `${CANARY} answer`, `${CANARY} template`, `says ${CANARY}`]) {
      expect(clients.model.requests.at(-1)!.text).toContain(words);
    }
    expect((await clients.own('GET', `/api/chat/${clients.owned.turnB.toUpperCase()}`)).status).toBe(200);
  });
});
