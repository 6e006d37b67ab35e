import { answer } from '../model/model-server.answers.js';
import { ModelServer } from '../model/model-server.js';
import { readProblem } from '../requests/problem.js';
import { startService, type TestService } from '../service/service.js';
import { readFrames } from '../service/sse.js';

/** An end user of the owner, and another one. */
export const ALICE = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';
export const BOB = '0c9d8a52-6a0e-4f0c-9b5f-2a4f0b1f7b11';

/** Part of every text of the owner, and may be in nothing that a stranger gets. */
export const CANARY = 'ownercanary';

/** The caller's id of the owner's conversation. */
export const CONVERSATION = 'shared-name';

/** A conversation whose id no other client uses. */
export const LONE_CONVERSATION = 'owners-alone';

/** A label of the owner's template. */
export const LABEL = `${CANARY}-label`;

/** The caller's id of the owner's document. */
export const EXTERNAL_ID = 'penguins';

/** A question that the owner's document answers. */
export const ANSWERED = 'When do emperor penguins breed?';

const TEMPLATE = `${CANARY} template {{question}} {{context}}`;
const DOCUMENT = {
  title: 'Penguins',
  source: `${CANARY}.md`,
  content: `# Penguins\n\nEmperor penguins breed in the Antarctic winter, says ${CANARY}.`,
  external_id: EXTERNAL_ID,
  metadata: { shelf: CANARY },
};

/** Ids of what the owner has. */
export interface Owned {
  readonly turnA: string;
  readonly turnB: string;
  readonly document: string;
}

/** A service with two clients: an owner, who has something of everything, and a stranger, who has nothing. */
export class TwoClients {
  readonly owned: Owned;
  readonly strangerKey: string;

  private constructor(
    readonly service: TestService,
    readonly model: ModelServer,
    { owned, strangerKey }: { owned: Owned; strangerKey: string },
  ) {
    this.owned = owned;
    this.strangerKey = strangerKey;
  }

  static async start(): Promise<TwoClients> {
    const model = await ModelServer.start();
    model.always(answer(`${CANARY} answer`));
    const service = await startService({
      environment: { LLM_BASE_URL: model.baseUrl, LLM_MODEL: 'test-model', LLM_MAX_RETRIES: '0' },
    });
    const owned = await fill(service);
    model.always(answer('an answer'));
    return new TwoClients(service, model, { owned, strangerKey: await service.addClient('stranger') });
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.model.stop();
  }

  /** A request of the owner. */
  own(method: string, path: string, body?: object): Promise<Response> {
    return this.service.request(method, path, { body });
  }

  /** A request of the stranger. */
  strange(method: string, path: string, body?: object): Promise<Response> {
    return this.service.request(method, path, { body, key: this.strangerKey });
  }

  /** Everything of the owner's that can be read, to see that it has not changed. */
  async readOwned(): Promise<unknown> {
    const { turnA, turnB, document } = this.owned;
    const paths = [
      `/api/chat/${turnA}`,
      `/api/chat/${turnB}`,
      '/api/prompts/secret/versions',
      `/api/documents/${document}`,
      '/api/documents',
      `/api/conversations/${LONE_CONVERSATION}`,
      `/api/conversations/${LONE_CONVERSATION}/messages`,
      '/api/feedback',
    ];
    return Promise.all(paths.map(async (path) => readJson(await this.own('GET', path))));
  }
}

async function fill(service: TestService): Promise<Owned> {
  await expectStatus(
    await service.request('PUT', '/api/prompts/secret', {
      body: { template: TEMPLATE, labels: ['production', LABEL] },
    }),
    201,
  );
  const document = await readJson<{ id: string }>(await service.post('/api/documents', DOCUMENT));
  const asked = { query: `${CANARY} question`, user_id: ALICE, conversation_id: CONVERSATION };
  const turnA = await readJson<{ message_id: string }>(await service.post('/chat', asked));
  await readJson(await service.post('/chat', { ...asked, conversation_id: LONE_CONVERSATION }));
  const framesB = await readFrames(
    await service.post('/api/chat', { question: `${CANARY} penguins`, uid: ALICE }),
  );
  const owned = { turnA: turnA.message_id, turnB: framesB[0]!.chat_id!, document: document.id };
  for (const chat_id of [owned.turnA, owned.turnB]) {
    const feedback = { chat_id, uid: ALICE, stars: 1, reason: CANARY, better_answer: `${CANARY} better` };
    await expectStatus(await service.post('/api/feedback', feedback), 201);
  }
  return owned;
}

/** @throws Error with the body of a response that has none of `statuses` */
export async function expectStatus(response: Response, ...statuses: number[]): Promise<Response> {
  if (!statuses.includes(response.status)) throw new Error(`${response.status}: ${await response.text()}`);
  return response;
}

export async function readJson<Body = Record<string, unknown>>(response: Response): Promise<Body> {
  return (await (await expectStatus(response, 200, 201)).json()) as Body;
}

/** What a stranger got: its text, after it was seen to hold nothing of the owner's. */
export async function textWithoutCanary(response: Response): Promise<string> {
  const text = await response.text();
  expect(text).not.toContain(CANARY);
  return text;
}

/** Expects that what is another's is answered as what does not exist, but for the ids of the request. */
export async function expectUnknown(
  send: (id: string) => Promise<Response>,
  foreign: string,
  unknown: string,
): Promise<void> {
  const comparable = async (response: Response) => ({
    headers: [...response.headers.keys()].sort(),
    problem: { ...(await readProblem(response)), instance: '', request_id: '' },
  });
  const received = await comparable(await send(foreign));
  expect(received).toEqual(await comparable(await send(unknown)));
  expect(received.problem).toMatchObject({ status: 404, code: 'not_found' });
}
