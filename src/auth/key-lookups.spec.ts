import type { ClientRepository, LiveKey } from './client.repository.js';
import { KeyLookups } from './key-lookups.js';

const hash = (name: string) => Buffer.from(name);
const client = { id: 'an id', name: 'a client' } as LiveKey['client'];

/** A database with one live key, whose statements end on command. */
function lookups() {
  const statements: { hashes: string[]; end: (error?: Error) => void }[] = [];
  const findLiveKeys = (hashes: readonly Buffer[]) =>
    new Promise<LiveKey[]>((resolve, reject) => {
      const names = hashes.map(String);
      const found = names.includes('live') ? [{ client, hash: hash('live') }] : [];
      statements.push({
        hashes: names,
        end: (error) => (error ? reject(error) : resolve(found)),
      });
    });
  return { keys: new KeyLookups({ findLiveKeys } as unknown as ClientRepository), statements };
}

const turnOfLoop = () => new Promise((resolve) => setImmediate(resolve));

describe('Lookups of keys', () => {
  it('that come together share a statement, so that a flood of wrong keys takes two connections', async () => {
    const { keys, statements } = lookups();
    const found = ['a', 'b', 'c', 'live', 'd'].map((name) => keys.find(hash(name)));
    expect(statements.map(({ hashes }) => hashes)).toEqual([['a'], ['b']]);
    statements[0]!.end();
    await turnOfLoop();
    expect(statements.map(({ hashes }) => hashes)).toEqual([['a'], ['b'], ['c', 'live', 'd']]);
    for (const { end } of statements) end();
    expect(await Promise.all(found)).toEqual([null, null, null, { client, hash: hash('live') }, null]);
  });

  it('fail with the database, and work again with it', async () => {
    const { keys, statements } = lookups();
    const failed = keys.find(hash('live'));
    statements[0]!.end(new Error('gone'));
    await expect(failed).rejects.toThrow('gone');
    const found = keys.find(hash('live'));
    statements[1]!.end();
    expect(await found).toMatchObject({ client });
  });
});
