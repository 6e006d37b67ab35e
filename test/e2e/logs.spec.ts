import { jest } from '@jest/globals';
import {
  CHILD_KEY,
  type ChildService,
  databaseVariables,
  startChildService,
} from '../support/child-service.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { answer } from '../support/model-server.answers.js';
import type { Behaviour } from '../support/model-server.exchange.js';
import { endAfter, status } from '../support/model-server.faults.js';
import { ModelServer } from '../support/model-server.js';

jest.setTimeout(60_000);

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

/** What callers, models and the configuration say, each in words of its own. */
const secret = (what: string) => `canary of the ${what}, which is nobody's business`;
const LLM_KEY = 'canary-key-of-the-model-server';

interface Entry {
  readonly level: string;
  readonly message: unknown;
  readonly context: string;
}

/** Real: the service as it is shipped, with all it has to say. Stand-in: the model behind its server. */
describe('The logs, at their loudest', () => {
  let model: ModelServer;
  let database: TestDatabase;
  let service: ChildService;

  beforeAll(async () => {
    model = await ModelServer.start();
    database = await createTestDatabase();
    const environment = {
      ...databaseVariables(database.config),
      LOG_LEVEL: 'verbose',
      LLM_BASE_URL: model.baseUrl,
      LLM_MODEL: 'test-model',
      LLM_API_KEY: LLM_KEY,
      LLM_MAX_RETRIES: '0',
    };
    service = await startChildService({ environment });
    await useEverything();
    service.kill('SIGTERM');
    await service.ended;
  });

  afterAll(async () => {
    await service.stop();
    await model.stop();
    await database.drop();
  });

  const send = async (method: string, path: string, body?: unknown) => {
    const response = await service.request(method, path, { body });
    return { status: response.status, text: await response.text() };
  };

  async function useEverything(): Promise<void> {
    model.always(answer(secret('answer')));
    await send('PUT', '/api/prompts/logged', {
      template: `${secret('template')} {{question}}`,
      description: secret('it'),
    });
    await send('PUT', '/api/prompts/logged', { template: `{{canary_variable}} ${secret('template')}` });
    await send('POST', '/api/documents', {
      title: secret('title'),
      source: secret('source'),
      content: secret('document'),
      metadata: { [secret('name')]: secret('value') },
    });
    await send('POST', '/api/knowledge/search', { query: secret('search') });
    await askAll();
    await send('POST', '/chat', `{"query":"${secret('broken body')}`);
    await send('POST', '/chat', { query: secret('question'), temperature: secret('temperature') });
    await send('POST', '/chat', { query: `${secret('question')}\u0000` });
    await send('POST', '/chat', { query: 'q', model_name: secret('model') });
    await send('GET', `/api/documents?cursor=${encodeURIComponent(secret('query string'))}&token=canary`);
    await service.request('GET', '/api/models', { key: 'canary-of-an-unknown-key' });
    await service.request('GET', '/api/models', {
      headers: { cookie: 'canary=1', referer: 'http://canary.example' },
    });
  }

  async function askAll(): Promise<void> {
    const conversation = {
      query: secret('question'),
      user_id: secret('user'),
      conversation_id: secret('conversation'),
    };
    const qa = { question: secret('question'), uid: UID, qa_prompt: secret('instructions') };
    for (const behaviour of [answer(secret('answer')), endAfter([secret('answer')]), refusal]) {
      model.next(behaviour, behaviour, behaviour);
      await send('POST', '/chat', {
        ...conversation,
        history: [{ role: 'user', content: secret('history') }],
      });
      await send('POST', '/chat/stream', { ...conversation, prompt_name: 'logged' });
      const { text } = await send('POST', '/api/chat', {
        ...qa,
        history: [[secret('history'), secret('history')]],
      });
      const chat_id = /"chat_id":"([^"]+)"/.exec(text)![1];
      const feedback = {
        chat_id,
        uid: UID,
        reason: secret('reason'),
        better_answer: secret('better answer'),
      };
      expect((await send('POST', '/api/feedback', feedback)).status).toBe(201);
    }
  }

  /** A server that repeats all it was sent. */
  const refusal: Behaviour = (exchange) => {
    const { headers, body } = exchange.request;
    const message = `Invalid: ${headers.authorization}, ${body?.messages?.map(({ content }) => content).join(', ')}`;
    return status(400, { error: { message } })(exchange);
  };

  /** The entries of the log, from the end of the start on. */
  function entries(): Entry[] {
    const lines = service.output().split('\n');
    const ready = lines.findIndex((line) => line.startsWith('ready '));
    return lines.slice(ready + 1, -1).map((line) => JSON.parse(line) as Entry);
  }

  it('are one JSON object a line', () => {
    expect(entries().length).toBeGreaterThan(20);
    for (const entry of entries()) expect(entry).toMatchObject({ level: expect.any(String) as string });
  });

  it('say nothing of what callers and models said, nor any key', () => {
    const output = service.output();
    expect(output).not.toContain('canary');
    expect(output).not.toContain(CHILD_KEY);
    const { DATABASE_URL } = databaseVariables(database.config);
    if (DATABASE_URL !== undefined) expect(output).not.toContain(new URL(DATABASE_URL).password);
  });

  it('have each request, without its query string', () => {
    const requests = entries().flatMap(({ context, message }) => (context === 'Access' ? [message] : []));
    expect(requests).toContainEqual({
      method: 'GET',
      path: '/api/documents',
      status: 400,
      durationMs: expect.any(Number) as number,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(requests.length).toBeGreaterThan(20);
    expect(JSON.stringify(requests)).not.toContain('?');
  });

  it('say that and why a model failed', () => {
    expect(service.output()).toMatch(/model_refused.*Invalid/);
  });
});
