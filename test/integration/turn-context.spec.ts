import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import type { ModelMessage } from '../../src/llm/completion.js';
import { ContextTurns } from '../support/database/context-turns.js';
import { openTestDatabase, type OpenTestDatabase } from '../support/database/database.js';

// Real: the database and the repositories.

const said = (content: unknown, role = 'user'): ModelMessage => ({ role, content });
const CHAT = ['Be kind.', 'Which bird?', 'The penguin.', 'Where?', 'South.', 'Why?'].map((text) =>
  said(text),
);

describe('The messages of a request', () => {
  let database: OpenTestDatabase;
  let dataSource: DataSource;
  let turns: ContextTurns;
  let client: string;

  beforeEach(async () => {
    database = await openTestDatabase();
    dataSource = database.dataSource;
    turns = new ContextTurns(dataSource);
    client = await turns.addClient();
  });
  afterEach(() => database.close());

  const read = async (turn: string) => (await turns.contexts.read(client, turn))?.messages;
  const readTools = async (turn: string) => (await turns.contexts.read(client, turn))?.tools;

  it('are read in their order, also those that are sent twice', async () => {
    const messages = [...CHAT, CHAT[1]!, CHAT[2]!];
    const turn = await turns.add(client, messages);
    expect(await read(turn)).toEqual(messages);
    expect(await readTools(turn)).toEqual([]);
  });

  it('are read with the tools that were offered, and nothing is read of a turn without any', async () => {
    const tools = [{ type: 'function', function: { name: 'find', parameters: { type: 'object' } } }];
    const [both, only, none] = [
      await turns.add(client, CHAT, { tools }),
      await turns.add(client, [], { tools }),
      await turns.add(client, CHAT),
    ];
    expect([await read(both), await readTools(both)]).toEqual([CHAT, tools]);
    expect([await read(only), await readTools(only)]).toEqual([[], tools]);
    expect([await read(none), await readTools(none)]).toEqual([CHAT, []]);
    const several = await turns.contexts.readMany(client, [both, only]);
    expect([...several.keys()].sort()).toEqual([both, only].sort());
  });

  it('are stored once for all turns of a chat', async () => {
    for (const length of [2, 4, 6]) await turns.add(client, CHAT.slice(0, length));
    expect(await turns.state()).toEqual({ messages: CHAT.length, contexts: 3, dangling: 0, orphans: 0 });
  });

  it('are never shared with another client, nor read by it', async () => {
    const other = await turns.addClient();
    const [mine, others] = [await turns.add(client, CHAT), await turns.add(other, CHAT)];
    const ids: { id: string }[] = await dataSource.query('SELECT id FROM context_message');
    expect(new Set(ids.map(({ id }) => id)).size).toBe(2 * CHAT.length);
    expect(await turns.contexts.read(other, mine)).toBeUndefined();
    expect(await read(others)).toBeUndefined();
    await dataSource.query('DELETE FROM client WHERE id = $1', [other]);
    expect(await read(mine)).toEqual(CHAT);
    expect(await turns.state()).toEqual({ messages: CHAT.length, contexts: 1, dangling: 0, orphans: 0 });
  });

  it('go with the last turn that refers to them', async () => {
    const kept = await turns.add(client, CHAT.slice(0, 2), { conversation: 'kept' });
    await turns.add(client, CHAT, { conversation: 'deleted', tools: [{ type: 'function' }] });
    await turns.add(client, [...CHAT, said('More')], { conversation: 'deleted' });
    expect(await turns.deleteConversation(client, 'deleted')).toBe(true);
    expect(await read(kept)).toEqual(CHAT.slice(0, 2));
    expect(await turns.state()).toEqual({ messages: 2, contexts: 1, dangling: 0, orphans: 0 });
    await dataSource.query('DELETE FROM turn WHERE client_id = $1 AND id = $2', [client, kept]);
    expect(await turns.state()).toEqual({ messages: 0, contexts: 0, dangling: 0, orphans: 0 });
  });

  it('go with turns of several clients that one statement deletes, as operators write it', async () => {
    const other = await turns.addClient();
    for (const owner of [client, other]) await turns.add(owner, CHAT);
    const kept = await turns.add(client, CHAT.slice(3));
    await dataSource.query('DELETE FROM turn WHERE id <> $1', [kept]);
    expect(await read(kept)).toEqual(CHAT.slice(3));
    expect(await turns.state()).toEqual({ messages: 3, contexts: 1, dangling: 0, orphans: 0 });
  });

  it.each(['turn', 'conversation', 'client'])('go when an operator truncates %ss', async (table) => {
    await turns.add(client, CHAT, { conversation: 'c' });
    await dataSource.query(`TRUNCATE ${table} CASCADE`);
    expect(await turns.state()).toEqual({ messages: 0, contexts: 0, dangling: 0, orphans: 0 });
  });

  it('are not stored where the turn is not', async () => {
    await dataSource.query(
      `INSERT INTO conversation (id, client_id, external_id, end_user, name) VALUES (gen_random_uuid(), $1, 'c', 'u', 'c')`,
      [client],
    );
    await expect(turns.add(client, CHAT, { conversation: 'c' })).rejects.toThrow('foreign_conversation');
    expect(await turns.state()).toEqual({ messages: 0, contexts: 0, dangling: 0, orphans: 0 });
  });

  it('are read of a turn of a former release', async () => {
    const [old, empty] = [await turns.add(client, []), await turns.add(client, [])];
    await dataSource.query(`UPDATE turn SET own_context = $2 WHERE id = $1`, [old, { history: CHAT }]);
    await dataSource.query(`UPDATE turn SET own_context = '{"rounds": 0}' WHERE id = $1`, [empty]);
    expect(await read(old)).toEqual(CHAT);
    expect(await read(empty)).toEqual([]);
  });

  it('are stored with characters that neither text nor jsonb can hold', async () => {
    const messages = [said('a\u0000b'), said('\ud800'), said([{ type: 'text', text: '\udc00\u0000' }])];
    expect(await read(await turns.add(client, messages))).toEqual(messages);
  });

  it('are read as they were sent, whatever they are', async () => {
    const message = fc.record({ role: fc.string(), content: fc.jsonValue() }, { requiredKeys: ['role'] });
    const more = fc.dictionary(fc.string(), fc.jsonValue());
    const sent = fc.tuple(message, more).map(([known, rest]): ModelMessage => ({ ...rest, ...known }));
    const property = fc.asyncProperty(fc.array(sent, { minLength: 1 }), async (messages) => {
      const asSent = JSON.parse(JSON.stringify(messages)) as ModelMessage[];
      const stored = await read(await turns.add(client, asSent));
      expect(JSON.stringify(stored)).toBe(JSON.stringify(asSent));
    });
    await fc.assert(property, { numRuns: 60 });
    expect(await turns.state()).toMatchObject({ dangling: 0, orphans: 0 });
  });

  it('are there for each turn, and gone with the last, when turns come and go at once', async () => {
    const worker = async (number: number) => {
      for (let round = 0; round < 12; round++) {
        const name = `c${(number + round) % 3}`;
        const from = (number * 7 + round) % CHAT.length;
        const added = turns.add(client, CHAT.slice(from), { conversation: `${number}-${name}` });
        const removed = turns.deleteConversation(client, `${(number + 1) % 4}-${name}`);
        await Promise.all([added, removed]);
        expect((await turns.state()).dangling).toBe(0);
      }
    };
    await Promise.all([0, 1, 2, 3].map(worker));
    expect(await turns.state()).toMatchObject({ dangling: 0, orphans: 0 });
    await dataSource.query('DELETE FROM conversation WHERE client_id = $1', [client]);
    expect(await turns.state()).toEqual({ messages: 0, contexts: 0, dangling: 0, orphans: 0 });
  });
});
