import { readFileSync } from 'node:fs';
import { ClientService } from '../../../src/auth/client.service.js';
import { answer, answerOf, DEFAULT_USAGE } from '../../support/model/model-server.answers.js';
import { endAfter } from '../../support/model/model-server.faults.js';
import type { Behaviour } from '../../support/model/model-server.exchange.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { delta, think, usage } from '../../support/model/model-server.steps.js';
import { readProblem } from '../../support/requests/problem.js';
import { rawPost } from '../../support/callers/raw-http.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';

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
    readFileSync(new URL(`../../transcripts/${name}.txt`, import.meta.url), 'utf8');
  const anonymous = (text: string) =>
    text
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>')
      .replace(/"created":\d{10}/g, '"created":<created>');

  /** Each frame of Base64 as its JSON in angle brackets; it fails for a frame that is no Base64 in its canonical form. */
  const decoded = (text: string) =>
    text.replace(/^data: (?!\[DONE\]$)(.*)$/gm, (_, data: string) => {
      const bytes = Buffer.from(data, 'base64');
      if (bytes.toString('base64') !== data) throw new Error(`No Base64: ${data}`);
      return `data: <${bytes.toString('utf8')}>`;
    });

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
    const { status, headers, chunks, isCut } = await rawPost({
      url: service.url + path,
      key: service.key,
      body,
    });
    expect(status).toBe(200);
    expect(isCut).toBe(name === 'openai-failed');
    expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(headers['x-accel-buffering']).toBe('no');
    const expected = golden(name).replaceAll('<path>', path);
    expect(anonymous(chunks.join(''))).toBe(expected);
  });

  it.each<[string, string, Behaviour]>([
    ['ON', 'qa-base64', fullAnswer],
    ['on', 'qa-base64', fullAnswer],
    ['On', 'qa-base64-failed', failingAnswer],
    ['OFF', 'qa', fullAnswer],
    ['1', 'qa', fullAnswer],
    ['', 'qa', fullAnswer],
  ])('with X-Base64: %s are those of transcripts/%s.txt', async (value, name, behaviour) => {
    model.next(behaviour);
    const body = { question: 'q', uid: 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935' };
    const headers = { 'x-base64': value };
    const { chunks } = await rawPost({ url: `${service.url}/api/chat`, key: service.key, body, headers });
    const expected = golden(name).replaceAll('<path>', '/api/chat');
    const text = chunks.join('');
    expect(anonymous(name === 'qa' ? text : decoded(text))).toBe(expected);
    // A reader that comes back for it asks for itself.
    const id = /^id: ([^:]+):/.exec(text)![1]!;
    const again = (base64: string) =>
      service.request('GET', `/api/chat/${id}/stream`, { headers: { 'x-base64': base64 } });
    expect(decoded(await (await again('on')).text())).toContain('{"data":"机器学习');
    expect(await (await again('off')).text()).toContain('{"data":"机器学习');
  });

  it.each<[string, string, object]>([
    [
      'conversation-chat-reasoning',
      '/chat',
      { query: 'a thought', conversation_id: 'conv456', stream: true },
    ],
    [
      'conversation-chat-reasoning',
      '/api/chat',
      { query: 'another thought', conversation_id: 'conv456', stream: true },
    ],
    [
      'conversation-stream-reasoning',
      '/chat/stream',
      { query: 'a third thought', conversation_id: 'conv456' },
    ],
    ['qa-reasoning', '/api/chat', { question: 'q', uid: 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935' }],
    ['openai-reasoning', '/v1/chat/completions', OPENAI],
  ])('of a model that thinks are those of transcripts/%s.txt on %s', async (name, path, body) => {
    model.next(answerOf(think('用户想'), think('知道\n"什么"'), delta('机器学习'), usage(DEFAULT_USAGE)));
    const asked = 'query' in body ? { ...body, reasoning: true } : body;
    const headers = { 'think-status': 'ON' };
    const { chunks } = await rawPost({ url: service.url + path, key: service.key, body: asked, headers });
    expect(anonymous(chunks.join(''))).toBe(golden(name).replaceAll('<path>', path));
  });

  it('of variant A are plain, whatever X-Base64 says', async () => {
    const headers = { 'x-base64': 'ON' };
    for (const path of ['/chat', '/chat/stream', '/api/chat']) {
      model.next(fullAnswer);
      const text = await (await service.post(path, { query: 'q', stream: true }, { headers })).text();
      const id = /"message_id":"([^"]+)"/.exec(text)![1]!;
      const again = await (await service.request('GET', `/api/chat/${id}/stream`, { headers })).text();
      for (const each of [text, again]) expect(each).toContain('data: {"text":"机器学习');
    }
  });

  it.each(['/chat', '/api/chat'])('are those of transcripts/conversation-whole.txt on %s', async (path) => {
    const key = await service.addClient(`json ${path}`);
    await service.app.get(ClientService).changeSettings(`json ${path}`, { wholeAnswer: 'sse' });
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
