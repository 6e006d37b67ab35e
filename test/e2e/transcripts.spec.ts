import { readFileSync } from 'node:fs';
import { ClientService } from '../../src/auth/client.service.js';
import { answer } from '../support/model-server.answers.js';
import { endAfter } from '../support/model-server.faults.js';
import type { ModelServer } from '../support/model-server.js';
import { readProblem } from '../support/problem.js';
import { rawPost } from '../support/raw-http.js';
import { startServiceWithModel, stopServiceWithModel } from '../support/service-with-model.js';
import type { TestService } from '../support/service.js';

const OPENAI = { messages: [{ role: 'user', content: 'q' }], stream: true };

/** Golden streams: every byte of the body, with ids and what differs from run to run replaced. */
describe('The bytes of a stream', () => {
  let model: ModelServer;
  let service: TestService;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  const golden = (name: string) =>
    readFileSync(new URL(`../transcripts/${name}.txt`, import.meta.url), 'utf8');
  const anonymous = (text: string) =>
    text
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
      .replace(/"created":\d{10}/g, '"created":<created>');

  const failingAnswer = endAfter(['机器学习']);
  const fullAnswer = answer('机器学习\nis "fun"');

  it.each([
    ['conversation-chat', '/chat', { query: 'q', conversation_id: 'conv456', stream: true }, fullAnswer],
    ['conversation-chat', '/api/chat', { query: 'q', conversation_id: 'conv456', stream: true }, fullAnswer],
    ['conversation-stream', '/chat/stream', { query: 'q', conversation_id: 'conv456' }, fullAnswer],
    [
      'conversation-chat-failed',
      '/chat',
      { query: 'q', conversation_id: 'conv456', stream: true },
      failingAnswer,
    ],
    ['qa', '/api/chat', { question: 'q', uid: 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935' }, fullAnswer],
    ['openai', '/v1/chat/completions', OPENAI, fullAnswer],
    [
      'openai-usage',
      '/v1/chat/completions',
      { ...OPENAI, stream_options: { include_usage: true } },
      fullAnswer,
    ],
    ['openai-failed', '/v1/chat/completions', OPENAI, failingAnswer],
    ['qa-failed', '/api/chat', { question: 'q', uid: 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935' }, failingAnswer],
  ])('are those of transcripts/%s.txt on %s', async (name, path, body, behaviour) => {
    model.next(behaviour);
    const { status, headers, chunks } = await rawPost({ url: service.url + path, key: service.key, body });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(headers['x-accel-buffering']).toBe('no');
    const expected = golden(name).replaceAll('<path>', path);
    expect(anonymous(chunks.join(''))).toBe(expected);
  });

  it.each(['/chat', '/api/chat'])('are those of transcripts/conversation-whole.txt on %s', async (path) => {
    const key = await service.addClient(`whole ${path}`);
    await service.app.get(ClientService).changeSettings(`whole ${path}`, { wholeAnswer: 'sse' });
    const body = { query: 'q', conversation_id: 'conv456', stream: false };
    model.next(fullAnswer);
    const { status, headers, chunks } = await rawPost({ url: service.url + path, key, body });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(anonymous(chunks.join(''))).toBe(golden('conversation-whole'));
    // A failure is a status, as on the JSON route.
    model.next(failingAnswer);
    const failed = await service.post(path, body, { key });
    expect(failed.status).toBe(502);
    expect(await readProblem(failed)).toMatchObject({ code: 'model_failed' });
    // A stream is a stream.
    model.next(fullAnswer);
    const streamed = await rawPost({ url: service.url + path, key, body: { ...body, stream: true } });
    expect(anonymous(streamed.chunks.join(''))).toBe(golden('conversation-chat'));
    // Another client is not set so.
    model.next(fullAnswer);
    expect(await (await service.post(path, body)).json()).toMatchObject({ finish_reason: 'stop' });
  });

  it('come with the same headers when a stream is read again, and when only the headers are asked for', async () => {
    model.next(fullAnswer);
    const response = await service.post('/chat/stream', { query: 'q' });
    const id = /"message_id":"([^"]+)"/.exec(await response.text())![1]!;
    for (const method of ['GET', 'HEAD']) {
      const { headers } = await service.request(method, `/api/chat/${id}/stream`);
      expect([method, headers.get('content-type')]).toEqual([method, 'text/event-stream; charset=utf-8']);
    }
  });

  it('are one frame a write', async () => {
    model.next(answer(['a', 'b', 'c']));
    const { chunks } = await rawPost({
      url: `${service.url}/chat`,
      key: service.key,
      body: { query: 'q', stream: true },
    });
    expect(chunks.length).toBeGreaterThanOrEqual(3);
    for (const chunk of chunks) expect(chunk).toMatch(/^data: \{[^\n]*\}\n\n$/);
  });
});
