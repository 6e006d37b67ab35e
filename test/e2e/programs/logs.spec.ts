import { jest } from '@jest/globals';
import {
  CHILD_KEY,
  type ChildService,
  databaseVariables,
  startChildService,
} from '../../support/programs/child-service.js';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { answer } from '../../support/model/model-server.answers.js';
import type { Behaviour } from '../../support/model/model-server.exchange.js';
import { endAfter, status } from '../../support/model/model-server.faults.js';
import { ModelServer } from '../../support/model/model-server.js';

jest.setTimeout(60_000);

const UID = '3d0a4f0e-93a5-4c43-8a5e-6f0f7a1c2b9d';

/** What callers, models and the configuration say, each in words of its own. */
const secret = (what: string) => `canary of the ${what}, which is private`;
const LLM_KEY = 'canary-key-of-the-model-server';

interface Entry {
  readonly level: string;
  readonly message: unknown;
  readonly context: string;
  readonly [name: string]: unknown;
}

/** What a text may look like in an error of a server that repeats it. */
const SPELLINGS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => Array.from(text, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  (text) => encodeURIComponent(text),
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(text).toString('hex'),
  (text) => text.split(/\W+/).join('\n'),
];

/** Real: the service as it is shipped, with all it has to say. Stand-in: the model behind its server. */
describe.each(['log', 'verbose'])('The logs, at LOG_LEVEL=%s', (LOG_LEVEL) => {
  const isLoudest = LOG_LEVEL === 'verbose';
  let model: ModelServer;
  let database: TestDatabase;
  let service: ChildService;

  beforeAll(async () => {
    model = await ModelServer.start();
    database = await createTestDatabase();
    const environment = {
      ...databaseVariables(database.config),
      LOG_LEVEL,
      TRUST_PROXY: '1',
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
    const named = encodeURIComponent(secret('name'));
    for (const path of [
      'api/prompts',
      'api/documents',
      'api/conversations',
      'api/chat',
      'nowhere',
      'api/%zz/',
    ]) {
      await send('GET', `/${path}/${named}`);
      await service.request('GET', `/${path}/${named}`, { key: 'canary-of-an-unknown-key' });
    }
    await send('DELETE', `/api/feedback/${UID}?uid=${named}`);
    await service.request('GET', '/api/models', { headers: { 'x-forwarded-for': '203.0.113.7' } });
    await service.request('GET', '/api/models', { headers: { 'x-forwarded-for': secret('address') } });
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
    const sent = [headers.authorization, ...(body?.messages?.map(({ content }) => content) ?? [])].join(', ');
    // A verbatim quotation can be found and removed at any level; otherwise only silence helps.
    const said = isLoudest ? [sent] : SPELLINGS.map((spell) => spell(sent));
    const [type, code] = isLoudest ? ['invalid_request_error', 'x'] : ['Canary', 'canary_error'];
    return status(400, { error: { message: `Invalid: ${said.join(', ')}`, type, code } })(exchange);
  };

  /** The entries of the log, from the end of the start on. */
  function entries(): Entry[] {
    const lines = service.output().split('\n');
    const ready = lines.findIndex((line) => line.startsWith('ready '));
    return lines.slice(ready + 1, -1).map((line) => JSON.parse(line) as Entry);
  }

  const requests = () => entries().filter(({ context }) => context === 'Access');

  it('are one JSON object a line, of one shape', () => {
    expect(entries().length).toBeGreaterThan(20);
    for (const entry of entries()) {
      expect(entry).toMatchObject({
        level: expect.any(String) as string,
        timestamp: expect.any(Number) as number,
        pid: service.pid,
        context: expect.stringMatching(/^\w+$/) as string,
        message: expect.stringMatching(/\w/) as string,
      });
    }
  });

  it('say nothing of what callers and models said, nor any key, however it is written', () => {
    const output = service.output();
    for (const spell of SPELLINGS) {
      expect(output.toLowerCase()).not.toContain(spell('canary').toLowerCase().replace(/=+$/, ''));
      expect(output).not.toContain(spell(CHILD_KEY));
    }
    expect(output).not.toContain(UID);
    const { DATABASE_URL } = databaseVariables(database.config);
    if (DATABASE_URL !== undefined) expect(output).not.toContain(new URL(DATABASE_URL).password);
  });

  it('have each request by its route, with its client, the id of its key and its address', () => {
    expect(requests()).toContainEqual({
      level: 'log',
      timestamp: expect.any(Number) as number,
      pid: service.pid,
      context: 'Access',
      message: 'GET /api/documents 400',
      method: 'GET',
      route: '/api/documents',
      status: 400,
      durationMs: expect.any(Number) as number,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      address: '127.0.0.1',
      client: 'test',
      keyId: 'API_KEYS[0]',
    });
    expect(requests().length).toBeGreaterThan(20);
    const routes = new Set(requests().map(({ route }) => route));
    for (const route of ['/api/prompts/:name', '/api/documents/:id', '/api/feedback/:chat_id', '(no route)'])
      expect(routes).toContain(route);
    expect(requests()).toContainEqual(expect.objectContaining({ status: 401, route: '/api/chat/:chat_id' }));
  });

  it('have the address that a trusted proxy names, when it is one', () => {
    const addresses = new Set(requests().map(({ address }) => address));
    expect(addresses).toEqual(new Set(['127.0.0.1', '203.0.113.7']));
  });

  it('say that and why a model failed', () => {
    const failures = entries().map(({ message }) => message);
    const reason = isLoudest ? ', type invalid_request_error' : '';
    expect(failures).toContain(
      `Model "test-model" at ${new URL(model.baseUrl).host}: model_refused: status 400${reason}`,
    );
    expect(service.output().includes('"quote":"Invalid: ')).toBe(isLoudest);
  });
});
