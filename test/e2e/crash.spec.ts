import { jest } from '@jest/globals';
import { openDatabase } from '../../src/database/connection/open-database.js';
import { type ChildService, databaseVariables, startChildService } from '../support/child-service.js';
import {
  createTestDatabase,
  describeOnEmbedded,
  describeOnPostgres,
  type TestDatabase,
} from '../support/database.js';
import { onServer } from '../support/database.clone.js';
import { answer, hold } from '../support/model-server.answers.js';
import { ModelServer } from '../support/model-server.js';
import { foldFrames, type Frame, readFrames, readSse } from '../support/sse.js';

jest.setTimeout(90_000);

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';
const LEASE_MS = 1_000;

/** The ways to ask. Each question is another one: the same one would be attached to the first. */
const WAYS: readonly ((n: number) => [path: string, body: object])[] = [
  (n) => ['/chat', { query: `question ${n}`, stream: true, conversation_id: `c${n}` }],
  (n) => ['/chat/stream', { query: `question ${n}`, user_id: 'u' }],
  (n) => ['/api/chat', { question: `question ${n}`, uid: UID }],
  (n) => ['/chat', { query: `question ${n}`, stream: false }],
];

interface Row {
  readonly status: string;
  readonly answer: string;
  readonly error_code: string | null;
  readonly lease_until: Date;
  readonly ended_at: Date | null;
}

let model: ModelServer;
let database: TestDatabase;
let children: ChildService[];

beforeEach(async () => {
  model = await ModelServer.start();
  database = await createTestDatabase();
  children = [];
});

afterEach(async () => {
  await Promise.all(children.map((child) => child.stop()));
  await model.stop();
  await database.drop();
});

async function start(): Promise<ChildService> {
  const environment = {
    ...databaseVariables(database.config),
    LLM_BASE_URL: model.baseUrl,
    LLM_MODEL: 'test-model',
    LLM_MAX_RETRIES: '0',
    TURN_LEASE_MS: String(LEASE_MS),
  };
  const child = await startChildService({ environment });
  children.push(child);
  return child;
}

async function kill(child: ChildService): Promise<void> {
  child.kill('SIGKILL');
  await child.ended;
}

/** What a caller knows of a turn: its id, and its text when it was told that it is complete. */
interface Known {
  readonly id: string;
  readonly text: string | null;
}

/** Asks and reads as far as the service lives; null: it died before the turn had an id. */
async function ask(child: ChildService, n: number): Promise<Known | null> {
  const frames: Frame[] = [];
  try {
    const [path, body] = WAYS[n % WAYS.length]!(n);
    const response = await child.post(path, body);
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
      const { message_id, text } = (await response.json()) as Frame;
      return { id: message_id!, text: text! };
    }
    const stream = readSse(response);
    for (let event = await stream.next(); event; event = await stream.next()) {
      if (event.data !== '[DONE]') frames.push(JSON.parse(event.data) as Frame);
    }
  } catch {
    // The process was killed.
  }
  const id = frames[0]?.message_id ?? frames[0]?.chat_id;
  if (id === undefined) return null;
  return { id, text: frames.at(-1)!.finish_reason === 'stop' ? foldFrames(frames) : null };
}

/** Starts a turn that is held by the model, and reads its first words. */
async function askHeld(
  child: ChildService,
  n: number,
): Promise<{ id: string; release(): void; rest: Promise<Frame[]> }> {
  const held = hold([`held ${n} `]);
  model.next(held);
  const [path, body] = WAYS[n % 3]!(n);
  const stream = readSse(await child.post(path, body));
  const { message_id, chat_id } = JSON.parse((await stream.next())!.data) as Frame;
  for (let frame: Frame = {}; !frame.text && !frame.data;)
    frame = JSON.parse((await stream.next())!.data) as Frame;
  const rest = stream.rest().then(
    (events) =>
      events.map(({ data }) => (data === '[DONE]' ? { done: true as const } : (JSON.parse(data) as Frame))),
    () => [],
  );
  return { id: (message_id ?? chat_id)!, release: () => held.release(), rest };
}

async function receipt(child: ChildService, id: string): Promise<Record<string, unknown>> {
  const response = await child.request('GET', `/api/chat/${id}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

async function expectAllKept(child: ChildService, known: readonly Known[]): Promise<void> {
  for (const { id, text } of known) {
    if (text !== null) expect(await receipt(child, id)).toMatchObject({ status: 'completed', text });
  }
}

async function expectInterrupted(child: ChildService, id: string): Promise<void> {
  const stored = await receipt(child, id);
  expect(stored).toMatchObject({ status: 'failed', error_code: 'turn_interrupted' });
  const frames = await readFrames(await child.request('GET', `/api/chat/${id}/stream`));
  expect(frames.findLast(({ done }) => !done)).toMatchObject({
    error: { code: 'turn_interrupted', retryable: true },
  });
  expect(foldFrames(frames)).toBe(stored['text']);
}

/** Many callers ask on and on until the process is killed, which is after `count` complete answers. */
async function askUntilKilled(
  child: ChildService,
  { from, count }: { from: number; count: number },
): Promise<Known[]> {
  const known: Known[] = [];
  const enough = Promise.withResolvers<void>();
  let next = from;
  const caller = async () => {
    for (let turn = await ask(child, next++); turn; turn = await ask(child, next++)) {
      known.push(turn);
      if (known.filter(({ text }) => text !== null).length >= count) enough.resolve();
      if (turn.text === null) return;
    }
  };
  const callers = Array.from({ length: 6 }, caller);
  await enough.promise;
  await kill(child);
  await Promise.all(callers);
  return known;
}

describe('kill -9 while answers are given', () => {
  it('loses no answer whose end was told, round after round', async () => {
    model.always(answer(['机器学习 ', 'is\n"fun" ', '😀', '{{x}}'], { delayMs: 1 }));
    const known: Known[] = [];
    for (let round = 0; round < 3; round++) {
      const child = await start();
      await expectAllKept(child, known);
      known.push(...(await askUntilKilled(child, { from: 1_000 * round, count: 12 })));
    }
    const child = await start();
    expect(known.filter(({ text }) => text !== null).length).toBeGreaterThanOrEqual(36);
    await expectAllKept(child, known);
  });
});

describeOnEmbedded('On the embedded database, an interrupted turn', () => {
  async function readStatuses(ids: readonly string[]): Promise<string[]> {
    const dataSource = await openDatabase(database.config, []);
    try {
      const rows = await dataSource.query<{ status: string }[]>(
        'SELECT status FROM turn WHERE id = ANY($1)',
        [ids],
      );
      return rows.map(({ status }) => status);
    } finally {
      await dataSource.destroy();
    }
  }

  it('is running until the next start, and failed from then on', async () => {
    const first = await start();
    const turns = [];
    for (let n = 0; n < 3; n++) turns.push(await askHeld(first, n));
    await kill(first);
    for (const { rest } of turns) {
      expect((await rest).filter(({ finish_reason, error }) => finish_reason ?? error)).toEqual([]);
    }
    expect(await readStatuses(turns.map(({ id }) => id))).toEqual(['running', 'running', 'running']);
    const second = await start();
    for (const { id } of turns) await expectInterrupted(second, id);
    // The conversation that was busy is free again.
    model.next(answer('again'));
    const again = await second.post('/chat', { query: 'again', conversation_id: 'c0' });
    expect(again.status).toBe(200);
  });
});

describeOnPostgres('On PostgreSQL, with two replicas', () => {
  async function readRow(id: string): Promise<Row> {
    const url = databaseVariables(database.config)['DATABASE_URL']!;
    return onServer(url, async (client) => {
      const { rows } = await client.query<Row>(
        'SELECT status, answer, error_code, lease_until, ended_at FROM turn WHERE id = $1',
        [id],
      );
      return rows[0]!;
    });
  }

  async function rowWhen(id: string, holds: (row: Row) => boolean): Promise<Row> {
    for (;;) {
      const row = await readRow(id);
      if (holds(row)) return row;
    }
  }

  it('an interrupted turn is running until its lease has run out, then the other replica marks it failed', async () => {
    const [first, second] = [await start(), await start()];
    const turns = [];
    for (let n = 0; n < 3; n++) turns.push(await askHeld(first, n));
    await kill(first);
    for (const { id } of turns) {
      const row = await rowWhen(id, ({ status }) => status !== 'running');
      expect(row).toMatchObject({ status: 'failed', error_code: 'turn_interrupted' });
      expect(row.ended_at!.getTime()).toBeGreaterThanOrEqual(row.lease_until.getTime());
      await expectInterrupted(second, id);
    }
  });

  it('nor does a restart mark it before that: another replica may be answering it', async () => {
    const first = await start();
    const { id, release, rest } = await askHeld(first, 0);
    await start();
    await start();
    expect((await readRow(id)).status).toBe('running');
    release();
    expect((await rest).at(-1)).toMatchObject({ finish_reason: 'stop' });
  });

  it('a turn that takes longer than its lease is not failed while its replica answers it', async () => {
    const [first, second] = [await start(), await start()];
    const { id, release, rest } = await askHeld(first, 2);
    const { lease_until } = await readRow(id);
    // The other replica has looked for abandoned turns several times by then.
    const later = await rowWhen(
      id,
      (row) => row.lease_until.getTime() > lease_until.getTime() + 3 * LEASE_MS,
    );
    expect(later.status).toBe('running');
    release();
    expect((await rest).at(-2)).toMatchObject({ finish_reason: 'stop' });
    expect(await receipt(second, id)).toMatchObject({ status: 'completed', text: 'held 2 ' });
  });
});
