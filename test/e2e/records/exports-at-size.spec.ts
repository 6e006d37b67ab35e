import { createHash } from 'node:crypto';
import { jest } from '@jest/globals';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { RatedTurnRepository } from '../../../src/feedback/rated-turn.repository.js';
import { addRatedTurns } from '../../support/database/rated-turns.js';
import { type RequestOptions, startService, type TestService } from '../../support/service/service.js';
import { readProblem } from '../../support/requests/problem.js';
import { OPENAI_SFT, readRows } from '../../support/text/training-formats.js';

const COUNT = 3_000;

/** What the rows of the other client all say. */
const CANARY = 'of-the-other-client';

/** Real: the complete service and its database. No model is asked. */
describe(`An export of ${COUNT} answers`, () => {
  let service: TestService;
  let database: DataSource;
  /** Of a client whose answers are more than the network takes at once. */
  let largeKey: string;

  beforeAll(async () => {
    service = await startService();
    database = service.app.get<DataSource>(getDataSourceToken());
    await service.addClient('other');
    largeKey = await service.addClient('large');
    const clients = await database.query<{ id: string; name: string }[]>('SELECT id, name FROM client');
    for (const { id, name } of clients)
      await addRatedTurns(database, {
        clientId: id,
        words: name === 'test' ? 'question' : CANARY,
        characters: name === 'large' ? 40_000 : 200,
        count: COUNT,
      });
  });
  afterAll(() => service.stop());
  afterEach(() => jest.restoreAllMocks());

  const get = (path: string, options: RequestOptions = {}) =>
    service.request('GET', `/api/exports/${path}`, options);

  it('has every one of them once, in the order of their ids, the same whenever it is asked for', async () => {
    const first = await (await get('sft?good_stars=1&prompt=plain&history_len=0')).text();
    const rows = readRows(OPENAI_SFT, first);
    const expected = await database.query<{ question: string }[]>(
      `SELECT question FROM turn WHERE question LIKE 'question %' ORDER BY id`,
    );
    expect(rows.map(({ messages: [question] }) => question!.content)).toEqual(
      expected.map(({ question }) => question),
    );
    expect(first).not.toContain(CANARY);
    const digests: string[] = [];
    for (let count = 0; count < 2; count++) {
      const hash = createHash('sha256');
      for await (const chunk of (await get('sft')).body!) hash.update(chunk as Uint8Array);
      digests.push(hash.digest('hex'));
    }
    expect(digests[0]).toBe(digests[1]);
  });

  it('is one of two of its client at once, and a third has to wait for the end of one', async () => {
    const leaving = new AbortController();
    const unread = [
      await get('sft', { key: largeKey, signal: leaving.signal }),
      await get('eval', { key: largeKey }),
    ];
    const refused = await get('sft', { key: largeKey });
    expect(refused.headers.get('retry-after')).toBe('10');
    expect(await readProblem(refused)).toMatchObject({
      status: 429,
      code: 'too_many_requests',
      retryable: true,
    });
    // Another client's are its own.
    expect((await get('sft?model_name=none')).status).toBe(200);
    await unread[1]!.body!.cancel();
    leaving.abort();
    let status = 429;
    while (status === 429) status = (await get('sft?model_name=none', { key: largeKey })).status;
    expect(status).toBe(200);
  });

  it('has only those that a filter leaves', async () => {
    for (const [query, share] of [
      ['min_stars=5', 1 / 5],
      ['good_stars=3', 3 / 5],
      ['', 2 / 5],
      ['model_name=none', 0],
    ] as const) {
      const lines = (await (await get(`sft?${query}`)).text()).split('\n').length - 1;
      expect([query, lines]).toEqual([query, COUNT * share]);
    }
  });

  it('is read from the database no faster than its caller reads it, and no further when that one leaves', async () => {
    const walk = jest.spyOn(service.app.get(RatedTurnRepository), 'walk');
    const leaving = new AbortController();
    const response = await get('sft?good_stars=1', { key: largeKey, signal: leaving.signal });
    const reader = response.body!.getReader();
    await reader.read();
    let before = -1;
    // Until nothing more is asked for: what was is what the network took, up to 36 MB on Linux.
    while (walk.mock.calls.length !== before) {
      before = walk.mock.calls.length;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const steps = COUNT / 200 + 1;
    expect(before).toBeLessThan(0.7 * steps);
    leaving.abort();
    await reader.closed.catch(() => undefined);
    // It takes part in nothing more: another export that is read to its end shows that the service has gone on.
    await (await get('eval?model_name=none')).text();
    expect(walk.mock.calls.length).toBeLessThanOrEqual(before + steps + 1);
  });

  it('breaks off when the database fails in its middle, and does not look complete', async () => {
    const response = await get('sft?good_stars=1', { key: largeKey });
    const reader = response.body!.getReader();
    await reader.read();
    await database.query('ALTER TABLE feedback RENAME TO elsewhere');
    const rest = (async () => {
      while (!(await reader.read()).done);
    })();
    await expect(rest).rejects.toThrow('terminated');
    const refused = await get('sft');
    await database.query('ALTER TABLE elsewhere RENAME TO feedback');
    expect([refused.status, refused.headers.get('content-type')]).toEqual([500, 'application/problem+json']);
    expect((await get('eval')).status).toBe(200);
  });
});
