import { jest } from '@jest/globals';
import {
  createChatClient,
  type PendingAnswer,
  ProblemError,
  type Question,
} from '../../../clients/typescript/src/chat-client.js';
import {
  CHILD_KEY,
  type ChildService,
  databaseVariables,
  startChildService,
} from '../../support/programs/child-service.js';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { hold } from '../../support/model/model-server.answers.js';
import { ModelServer } from '../../support/model/model-server.js';

jest.setTimeout(90_000);

const QUESTIONS: Question[] = [
  { query: 'q', user_id: 'u' },
  { question: 'q', uid: 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935' },
];

/** Real: the service as it is shipped, killed and started again at its address; its database; the TypeScript client. */
describe('The TypeScript client, when the process that answers is killed', () => {
  let model: ModelServer;
  let database: TestDatabase;
  const children: ChildService[] = [];

  beforeAll(async () => {
    model = await ModelServer.start();
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await Promise.all(children.map((child) => child.stop()));
    await model.stop();
    await database.drop();
  });

  async function start(port: string): Promise<ChildService> {
    const environment = {
      ...databaseVariables(database.config),
      LLM_BASE_URL: model.baseUrl,
      LLM_MODEL: 'test-model',
      LLM_MAX_RETRIES: '0',
      TURN_LEASE_MS: '1000',
      PORT: port,
    };
    const child = await startChildService({ environment });
    children.push(child);
    return child;
  }

  it('comes back to the next one, and has what was stored, and why there is no more', async () => {
    const first = await start('0');
    const client = createChatClient({
      baseUrl: first.url,
      key: CHILD_KEY,
      // A start may take longer than ten attempts.
      reconnect: { maxAttempts: 1_000, firstDelayMs: 50, maxDelayMs: 200 },
    });
    model.always(hold(['half an answer']));
    const pending = QUESTIONS.map((question) => client.ask(question));
    await Promise.all(pending.map((answer) => untilText(answer)));
    first.kill('SIGKILL');
    await first.ended;
    await start(new URL(first.url).port);

    for (const answer of pending) {
      const error = await answer.then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(ProblemError);
      const { code, isRetryable, partial, storedChars } = error as ProblemError;
      expect([code, isRetryable]).toEqual(['turn_interrupted', true]);
      const { text, status } = await client.receipt(partial!.chatId!);
      expect(status).toBe('failed');
      // Variant A cannot void what it has sent: it says how much of that is stored.
      expect(partial!.text.slice(0, storedChars)).toBe(text);
    }
  });
});

async function untilText(answer: PendingAnswer): Promise<void> {
  const reading = answer[Symbol.asyncIterator]();
  for (let { value } = await reading.next(); value && value.type !== 'text';)
    ({ value } = await reading.next());
}
