import { newId } from '../../../src/common/uuid.js';
import { hold } from '../../support/model/model-server.answers.js';
import { readProblem } from '../../support/requests/problem.js';
import { type Frame, readSse } from '../../support/service/sse.js';
import {
  ALICE,
  BOB,
  CANARY,
  CONVERSATION,
  expectStatus,
  expectUnknown,
  readJson,
  textWithoutCanary,
  TwoClients,
} from '../../support/callers/two-clients.js';

let clients: TwoClients;
let before: unknown;

beforeAll(async () => {
  clients = await TwoClients.start();
  before = await clients.readOwned();
});

afterAll(() => clients.stop());

describe("Another client's turn cannot be repeated", () => {
  const BODIES: [string, object][] = [
    ['/chat', { query: `${CANARY} question`, user_id: ALICE, conversation_id: CONVERSATION }],
    ['/chat/stream', { query: `${CANARY} question`, user_id: ALICE, conversation_id: CONVERSATION }],
    ['/api/chat', { question: `${CANARY} penguins`, uid: ALICE }],
  ];

  it.each(BODIES)('nor resumed: the last id of its frames is unknown on %s', async (path, body) => {
    for (const turn of [clients.owned.turnA, clients.owned.turnB]) {
      const send = (id: string) =>
        clients.service.post(path, body, {
          key: clients.strangerKey,
          headers: { 'last-event-id': `${id}:1` },
        });
      await expectUnknown(send, turn, newId());
    }
  });

  it.each(BODIES)('by its key: the same key is another one on %s', async (path, body) => {
    const headers = { 'idempotency-key': `key-of-${path}` };
    const asked = clients.model.requests.length;
    const idOfAnswer = async (key: string) => {
      const response = await expectStatus(await clients.service.post(path, body, { headers, key }), 200);
      // The owner's own sources are the owner's to see.
      const text = await (key === clients.strangerKey ? textWithoutCanary(response) : response.text());
      return /"(?:message|chat)_id":"([^"]+)"/.exec(text)![1]!;
    };
    const owners = await idOfAnswer(clients.service.key);
    const theirs = await idOfAnswer(clients.strangerKey);
    expect(theirs).not.toBe(owners);
    expect(clients.model.requests.length).toBe(asked + 2);
    // Repeated, each finds its own.
    expect(await idOfAnswer(clients.strangerKey)).toBe(theirs);
    expect(await idOfAnswer(clients.service.key)).toBe(owners);
    expect(clients.model.requests.length).toBe(asked + 2);
  });

  it.each(BODIES)(
    'while it runs and its reader is gone: the same question is asked again on %s',
    async (path, body) => {
      const held = hold([`${CANARY} held`]);
      clients.model.next(held);
      const asked = clients.model.requests.length;
      const leaving = new AbortController();
      const own = { ...body, ...('conversation_id' in body && { conversation_id: `left-${path}` }) };
      const left = clients.service.post(path, { ...own, stream: true }, { signal: leaving.signal });
      await (await left).body!.getReader().read();
      await clients.model.requestArrived(asked);
      leaving.abort();
      const theirs = await clients.strange('POST', path, { ...own, stream: true });
      await textWithoutCanary(await expectStatus(theirs, 200));
      expect(clients.model.requests.length).toBe(asked + 2);
      held.release();
    },
  );

  it('nor stopped: it goes on', async () => {
    const held = hold([`${CANARY} held`]);
    clients.model.next(held);
    const stream = await clients.own('POST', '/api/chat', { question: 'held?', uid: ALICE });
    const reader = readSse(stream);
    const { chat_id } = JSON.parse((await reader.next())!.data) as Frame;
    await expectUnknown((id) => clients.strange('POST', `/api/chat/${id}/stop`), chat_id!, newId());
    held.release();
    expect(JSON.parse((await reader.rest()).at(-2)!.data)).toMatchObject({ finish_reason: 'stop' });
  });
});

describe("Another end user's things are a 404", () => {
  const STRANGERS: [string, object][] = [
    ['another end user', { user_id: BOB }],
    ['no end user', {}],
    ['an empty name', { user_id: '' }],
    ['the same name in capitals', { user_id: ALICE.toUpperCase() }],
  ];

  it.each(STRANGERS)('the conversation, on each route of variant A, for %s', async (_, user) => {
    const asked = clients.model.requests.length;
    for (const path of ['/chat', '/chat/stream', '/api/chat']) {
      for (const stream of [true, false]) {
        const body = { query: 'q', conversation_id: CONVERSATION, stream, ...user };
        const problem = await readProblem(await clients.own('POST', path, body));
        expect(problem).toMatchObject({ status: 404, code: 'not_found', instance: path });
        expect(JSON.stringify(problem)).not.toContain(CANARY);
      }
    }
    expect(clients.model.requests.length).toBe(asked);
    expect(await clients.readOwned()).toEqual(before);
  });

  it.each(['turnA', 'turnB'] as const)('the answer, to feedback on %s', async (turn) => {
    for (const uid of [BOB, `${ALICE} `, 'nobody']) {
      const send = (chat_id: string) => clients.own('POST', '/api/feedback', { chat_id, uid, stars: 5 });
      await expectUnknown(send, clients.owned[turn], newId());
    }
  });

  it('but the receipt belongs to the client, for any end user', async () => {
    for (const turn of [clients.owned.turnA, clients.owned.turnB]) {
      const receipt = await readJson<Frame>(await clients.own('GET', `/api/chat/${turn}`));
      expect(receipt.text).toBe(`${CANARY} answer`);
    }
  });
});
