import { Logger } from '@nestjs/common';
import { openDatabase } from '../../src/database/connection/open-database.js';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';

// Real: the database, and its log at its most talkative.

const PROMPT = 'a prompt that no other program may read';

let database: TestDatabase;
beforeEach(async () => (database = await createTestDatabase()));
afterEach(async () => {
  Logger.overrideLogger(['fatal']);
  await database.drop();
});

describe('the log of the database', () => {
  it('tells which statement failed and why, and nothing of what callers sent', async () => {
    const messages: string[] = [];
    const hear = (...parts: unknown[]) => void messages.push(JSON.stringify(parts));
    Logger.overrideLogger({ log: hear, warn: hear, error: hear, debug: hear, verbose: hear, fatal: hear });
    const dataSource = await openDatabase(database.config, []);
    // The value comes back in the server's message, in its detail, and in what TypeORM makes of them.
    await expect(dataSource.query('SELECT $1::uuid', [PROMPT])).rejects.toThrow(PROMPT);
    await dataSource.query('CREATE TABLE secret (text text CONSTRAINT secret_key PRIMARY KEY)');
    await dataSource.query('INSERT INTO secret VALUES ($1)', [PROMPT]);
    await expect(dataSource.query('INSERT INTO secret VALUES ($1)', [PROMPT])).rejects.toThrow('secret_key');
    await dataSource.destroy();
    const log = messages.join('\n');
    expect(log).toContain('code=22P02');
    expect(log).toContain('code=23505 constraint=secret_key');
    expect(log).toContain('statement=INSERT INTO secret VALUES ($1)');
    expect(log).not.toContain('no other program');
  });
});
