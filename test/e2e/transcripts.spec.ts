import { readFileSync } from 'node:fs';
import { answer } from '../support/model-server.answers.js';
import { endAfter } from '../support/model-server.faults.js';
import type { ModelServer } from '../support/model-server.js';
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
