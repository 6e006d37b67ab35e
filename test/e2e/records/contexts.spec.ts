import { createHash, randomBytes } from 'node:crypto';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { TurnContextRepository } from '../../../src/chat/context/turn-context.repository.js';
import { assistant, RatingClient, user } from '../../support/callers/rating-client.js';
import { answer } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { EVAL_CASE, OPENAI_SFT } from '../../support/text/training-formats.js';

const IMAGE = randomBytes(3 * 2 ** 20);

/** Real: the complete service, its database, HTTP both ways. Stand-in: the model behind its server. */
describe('What a request of /v1 brings', () => {
  let model: ModelServer;
  let service: TestService;
  let database: DataSource;
  let client: RatingClient;
  let clients = 0;

  beforeAll(async () => {
    const environment = { LLM_MAX_RETRIES: '0', BODY_LIMIT_BYTES: String(10 * 2 ** 20) };
    ({ model, service } = await startServiceWithModel(environment));
    database = service.app.get<DataSource>(getDataSourceToken());
  });
  afterAll(() => stopServiceWithModel({ model, service }));
  beforeEach(async () => {
    client = new RatingClient(service, model, await service.addClient(`client-${++clients}`));
  });

  /** @returns the id of the turn */
  async function ask(messages: readonly object[], body: object = {}): Promise<string> {
    model.next(answer('Yes.'));
    const response = await service.post('/v1/chat/completions', { messages, ...body }, { key: client.key });
    expect(response.status).toBe(200);
    expect(model.requests.at(-1)!.body!.messages).toEqual(messages);
    const { id } = (await response.json()) as { id: string };
    const rows = await database.query<{ id: string }[]>('SELECT id FROM turn ORDER BY id DESC LIMIT 1');
    expect(id.replaceAll('-', '')).toContain(rows[0]!.id.replaceAll('-', ''));
    return rows[0]!.id;
  }

  async function read(turn: string) {
    const [row] = await database.query<{ client_id: string }[]>('SELECT client_id FROM turn WHERE id = $1', [
      turn,
    ]);
    const context = await service.app.get(TurnContextRepository).read(row!.client_id, turn);
    return context?.messages;
  }

  /** Of all rows of the client, as text. */
  async function storedBytes(turn: string): Promise<number> {
    const [row] = await database.query<{ bytes: string }[]>(
      `SELECT (SELECT sum(octet_length(turn::text)) FROM turn WHERE client_id = owner.client_id)
            + coalesce((SELECT sum(octet_length(m::text)) FROM context_message m WHERE m.client_id = owner.client_id), 0)
            + coalesce((SELECT sum(octet_length(c::text)) FROM turn_context c WHERE c.client_id = owner.client_id), 0)
            + coalesce((SELECT sum(octet_length(l::text)) FROM turn_log l JOIN turn t ON t.id = l.turn_id
                         WHERE t.client_id = owner.client_id), 0) AS bytes
         FROM turn owner WHERE owner.id = $1`,
      [turn],
    );
    return Number(row!.bytes);
  }

  it('is stored with all members, in the order in which it was sent', async () => {
    const messages = [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', name: 'Ann', content: 'Which bird?' },
      {
        content: null,
        role: 'assistant',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'find', arguments: '{"bird":"all"}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: '["penguin"]' },
      { role: 'developer', content: [{ type: 'text', text: 'Be brief.' }] },
      user('Why?'),
    ];
    expect(JSON.stringify(await read(await ask(messages)))).toBe(JSON.stringify(messages));
  });

  it('is stored once in a chat, however long it is', async () => {
    const messages: object[] = [{ role: 'system', content: 'x'.repeat(3_000) }];
    let turn = '';
    for (let round = 0; round < 5; round++) {
      messages.push(user(`${round} ${'y'.repeat(2_000)}`));
      turn = await ask(messages);
      messages.push(assistant(`${round} ${'z'.repeat(2_000)}`));
    }
    // Every question is a column of its turn, too.
    expect(await storedBytes(turn)).toBeLessThan(3_000 + 5 * 2_000 + 4 * 2_000 + 5 * 2_000 + 5 * 1_500);
  });

  it('has references in place of megabytes, and the model gets the megabytes', async () => {
    const url = `data:image/png;base64,${IMAGE.toString('base64')}`;
    const link = 'https://images.test/a.png?sig=b';
    const parts = (first: unknown) => [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: first, detail: 'low' } },
      { type: 'image_url', image_url: { url: link } },
    ];
    const turn = await ask([{ role: 'user', content: parts(url) }], { user: 'u1' });
    const reference = {
      kind: 'image',
      media_type: 'image/png',
      size: IMAGE.length,
      sha256: createHash('sha256').update(IMAGE).digest('hex'),
    };
    expect(await read(turn)).toEqual([{ role: 'user', content: parts(reference) }]);
    expect(await storedBytes(turn)).toBeLessThan(3_000);
  });

  it('is what exports say that the answer answers', async () => {
    const messages = [
      { role: 'system', content: 'Be kind.' },
      user('Which bird?'),
      assistant('The penguin.'),
      user('Why?'),
      assistant('It swims.'),
      { role: 'user', content: [{ type: 'text', text: 'Where?' }] },
    ];
    await client.rate(await ask(messages), { stars: 5 });
    const [system, ...said] = [...messages.slice(0, -1), user('Where?')] as ReturnType<typeof user>[];
    const known = (all: readonly ReturnType<typeof user>[]) =>
      all.map((message) => (message.role === 'assistant' ? { ...message, weight: 0 } : message));
    expect(await client.rows(OPENAI_SFT, 'sft')).toEqual([
      { messages: [...known([system!, ...said]), assistant('Yes.')] },
    ]);
    expect(await client.rows(OPENAI_SFT, 'sft?history_len=1')).toEqual([
      { messages: [...known([system!, ...said.slice(2)]), assistant('Yes.')] },
    ]);
    const [row] = await client.rows(EVAL_CASE, 'eval?history_len=0');
    expect(row).toMatchObject({ question: 'Where?', history: [] });
  });

  it('comes behind the rounds of its conversation, where it brings no dialogue', async () => {
    const metadata = { metadata: { conversation_id: 'c' } };
    await ask([user('Which bird?')], metadata);
    model.next(answer('South.'));
    const messages = [{ role: 'system', content: 'Be kind.' }, user('Where?')];
    await service.post('/v1/chat/completions', { messages, ...metadata }, { key: client.key });
    const sent = model.requests.at(-1)!.body!.messages!;
    expect(sent).toHaveLength(4);
    const [{ id }] = await database.query<[{ id: string }]>('SELECT id FROM turn ORDER BY id DESC LIMIT 1');
    expect(await read(id)).toEqual(messages);
    await client.rate(id, { stars: 5 });
    const rendered = sent.map((message) =>
      message.role === 'assistant' ? { ...message, weight: 0 } : message,
    );
    expect(await client.rows(OPENAI_SFT, 'sft')).toEqual([{ messages: [...rendered, assistant('South.')] }]);
  });

  it('goes with its conversation', async () => {
    const turn = await ask([user('A secret of this chat.')], { metadata: { conversation_id: 'gone' } });
    const [{ client_id }] = await database.query<[{ client_id: string }]>(
      'SELECT client_id FROM turn WHERE id = $1',
      [turn],
    );
    const { status } = await service.request('DELETE', '/api/conversations/gone', { key: client.key });
    expect(status).toBe(204);
    for (const table of ['context_message', 'turn_context'])
      expect(await database.query(`SELECT FROM ${table} WHERE client_id = $1`, [client_id])).toEqual([]);
  });
});
