import { ScriptedService, stream } from '../../../test/support/service/scripted-service.js';
import { createChatClient } from './chat-client.js';

const ID = '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11';
const frame = (seq: number, data: object) => `id: ${ID}:${seq}\ndata: ${JSON.stringify(data)}\n\n`;
const STARTED = frame(1, { data: '', chat_id: ID });
const HALF = frame(2, { data: 'half ' });
const ENDED = frame(3, { data: '', finish_reason: 'stop', usage: { input_tokens: 1, output_tokens: 2 } });

describe('A client', () => {
  it('asks under a path of its own, with the key of the moment, through the fetch that it is given', async () => {
    const service = await ScriptedService.start(stream(STARTED), stream(HALF, ENDED));
    const seen: string[] = [];
    let count = 0;
    const client = createChatClient({
      baseUrl: `${service.url}/llm`,
      key: () => Promise.resolve(`key-${++count}`),
      fetch: (input, init) => {
        seen.push(input instanceof URL ? input.href : 'no URL');
        return fetch(input, init);
      },
      reconnect: { firstDelayMs: 2, maxDelayMs: 4, maxAttempts: 3 },
    });
    const { text } = await client.ask({ query: 'q' });
    expect(text).toBe('half ');
    expect(seen).toEqual([`${service.url}/llm/chat/stream`, `${service.url}/llm/api/chat/${ID}/stream`]);
    expect(service.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer key-1',
      'Bearer key-2',
    ]);
    await service.stop();
  });

  it('asks for the reasoning as each API wants it, and again when it comes back', async () => {
    const service = await ScriptedService.start(
      stream(STARTED, HALF, ENDED),
      stream(STARTED),
      stream(frame(2, { data: '', reasoning: 'Hm.' }), ENDED),
      stream(STARTED, HALF, ENDED),
    );
    const client = createChatClient({
      baseUrl: service.url,
      key: 'k',
      reconnect: { firstDelayMs: 2, maxDelayMs: 4, maxAttempts: 3 },
    });
    await client.ask({ query: 'q' }, { reasoning: true });
    const { reasoning } = await client.ask({ question: 'q', uid: 'u' }, { reasoning: true });
    await client.follow(ID, { reasoning: true });
    expect(reasoning).toBe('Hm.');
    const asked = service.requests.map(({ url, headers, body }) => [url, headers['think-status'], body]);
    expect(asked).toEqual([
      ['/chat/stream', undefined, '{"query":"q","reasoning":true}'],
      ['/api/chat', 'ON', '{"question":"q","uid":"u"}'],
      [`/api/chat/${ID}/stream?reasoning=true`, undefined, ''],
      [`/api/chat/${ID}/stream?reasoning=true`, undefined, ''],
    ]);
    await service.stop();
  });

  it('sends another key with each question', async () => {
    const service = await ScriptedService.start(stream(STARTED, HALF, ENDED));
    const client = createChatClient({ baseUrl: service.url, key: 'k' });
    await Promise.all([client.ask({ query: 'q' }), client.ask({ query: 'q' })]);
    expect(new Set(service.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
    await service.stop();
  });

  it.each([
    ['a baseUrl that is none', () => createChatClient({ baseUrl: 'chat.example', key: 'k' })],
    ['a key that no header takes', () => createChatClient({ baseUrl: 'http://chat.example', key: '密钥' })],
    [
      'an idempotency key that no header takes',
      () =>
        createChatClient({ baseUrl: 'http://chat.example', key: 'k' }).ask(
          { query: 'q' },
          { idempotencyKey: '键' },
        ),
    ],
  ])('refuses %s at once', (_name, make) => {
    expect(make).toThrow(expect.objectContaining({ name: 'TypeError' }) as Error);
  });
});
