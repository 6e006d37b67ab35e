import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import pg from 'pg';
import type { ChildService } from '../support/programs/child-service.js';
import { ChildWithModel } from '../support/programs/child-with-model.js';
import { isOnPostgres } from '../support/database/database.js';
import { answer, hold } from '../support/model/model-server.answers.js';
import type { ModelServer } from '../support/model/model-server.js';
import { foldFrames, readFrames, readSse } from '../support/service/sse.js';
import { UID } from '../support/service/ways-to-ask.js';

const LIBRARY = findLibrary();
const IDLE_MS = 2_000;
const LEASE_MS = 1_500;

/** Debian keeps it in a folder that is named after the machine. */
function findLibrary(): string | undefined {
  const roots = ['/usr/lib', '/usr/local/lib', '/usr/lib64'].filter((root) => existsSync(root));
  const folders = roots.flatMap((root) => [root, ...readdirSync(root).map((name) => join(root, name))]);
  const candidates = folders.map((folder) => join(folder, 'faketime', 'libfaketimeMT.so.1'));
  return candidates.find((path) => existsSync(path));
}

/** The wall clock of a child. Its monotonic clock is left alone, as a clock that is set leaves it. */
class Clock {
  private readonly folder = mkdtempSync(join(tmpdir(), 'llm-chat-clock-'));
  private readonly file = join(this.folder, 'offset');

  constructor() {
    this.jump('+0');
  }

  get environment() {
    return {
      LD_PRELOAD: LIBRARY!,
      FAKETIME_TIMESTAMP_FILE: this.file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** @param offset from the true time, such as `+3600` in seconds */
  jump(offset: string): void {
    // Complete or not at all: a half-written offset would be another one.
    writeFileSync(`${this.file}.new`, `${offset}\n`);
    renameSync(`${this.file}.new`, this.file);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/**
 * F78. Real: the service as it is shipped, and its database; on PostgreSQL a second replica beside it, whose clock
 * stays right. The clock is moved by libfaketime. Stand-in: the model.
 */
(LIBRARY === undefined ? describe.skip : describe)('A clock that jumps (needs libfaketime)', () => {
  let model: ModelServer;
  let stage: ChildWithModel;
  let clock: Clock;
  let child: ChildService;

  beforeAll(async () => {
    clock = new Clock();
    stage = await ChildWithModel.prepare();
    model = stage.model;
    const environment = {
      LLM_IDLE_TIMEOUT_MS: String(IDLE_MS),
      LLM_MAX_RETRIES: '0',
      TURN_LEASE_MS: String(LEASE_MS),
      HEARTBEAT_INTERVAL_MS: '500',
    };
    child = await stage.start({ ...environment, ...clock.environment });
    if (isOnPostgres()) await stage.start(environment);
  });
  beforeEach(() => clock.jump('+0'));
  afterAll(async () => {
    await stage.stop();
    clock.remove();
  });

  const receiptOf = async (id: string) =>
    (await (await child.request('GET', `/api/chat/${id}`)).json()) as Record<string, unknown>;

  it('is the clock of the child', async () => {
    clock.jump('+3600');
    const { headers } = await child.request('GET', '/health/live');
    const ahead = Date.parse(headers.get('date')!) - Date.now();
    expect(Math.abs(ahead - 3_600_000)).toBeLessThan(5_000);
  });

  it.each(['+3600', '-3600'])(
    'by %s s: an answer under way goes on for several leases, and is stored',
    async (offset) => {
      const deltas = Array.from({ length: 60 }, (_, count) => `word ${count} `);
      model.next(answer(deltas, { delayMs: 100 }));
      const stream = await child.post('/chat/stream', { query: 'q' });
      setTimeout(() => clock.jump(offset), 1_000);
      const frames = await readFrames(stream);
      expect(frames.at(-1)).toMatchObject({ finish_reason: 'stop' });
      expect(foldFrames(frames)).toBe(deltas.join(''));
      const receipt = await receiptOf(frames[0]!.message_id!);
      expect(receipt).toMatchObject({ status: 'completed', attempts: [{ outcome: 'answered' }] });
    },
  );

  it.each(['+3600', '-3600'])(
    'by %s s: a model that falls silent times out neither sooner nor later',
    async (offset) => {
      model.next(hold(['said ']));
      const stream = readSse(await child.post('/chat/stream', { query: 'q' }));
      let said = '';
      while (!said.includes('said ')) said += (await stream.next())!.data;
      const from = performance.now();
      clock.jump(offset);
      const rest = await stream.rest();
      const ms = performance.now() - from;
      expect(JSON.parse(rest.at(-1)!.data)).toMatchObject({ error: { code: 'model_timeout' } });
      expect(ms).toBeGreaterThan(IDLE_MS - 300);
      expect(ms).toBeLessThan(IDLE_MS + 2_000);
      // Kept awake at its own pace meanwhile: no heartbeat was left out, and none came in a heap.
      expect(rest.length).toBeGreaterThanOrEqual(3);
      expect(rest.length).toBeLessThanOrEqual(8);
    },
  );

  it('by -3600 s within a conversation: its rounds stay in their order', async () => {
    const conversation = { user_id: UID, conversation_id: 'jumping' };
    const asked: string[] = [];
    for (const [query, offset] of [
      ['one', '+0'],
      ['two', '+3600'],
      ['three', '-3600'],
      ['four', '+0'],
    ] as const) {
      clock.jump(offset);
      model.next(answer(`answer ${query}`));
      const index = model.requests.length;
      await (await child.post('/chat', { query, ...conversation })).json();
      const { body } = await model.requestArrived(index);
      asked.push(
        body!
          .messages!.filter(({ role }) => role === 'user')
          .map(({ content }) => content)
          .join(' '),
      );
    }
    expect(asked.at(-1)).toMatch(/one.*two.*three.*four/s);
  });

  (isOnPostgres() ? it : it.skip)(
    'leases are renewed by the clock of the database (PostgreSQL)',
    async () => {
      const { config } = stage.database;
      if (config.kind !== 'postgres') throw new Error('There is no server to ask');
      const client = new pg.Client({ connectionString: config.url });
      await client.connect();
      const held = hold(['said ']);
      model.next(held);
      const stream = readSse(await child.post('/chat/stream', { query: 'q' }));
      const { message_id: id } = JSON.parse((await stream.next())!.data) as { message_id: string };
      try {
        for (const offset of ['+3600', '-3600']) {
          clock.jump(offset);
          for (const from = performance.now(); performance.now() - from < LEASE_MS / 3; await pass(50)) {
            const { rows } = await client.query<{ left: number }>(
              `SELECT extract(epoch FROM lease_until - now()) * 1000 AS left FROM turn WHERE id = $1 AND status = 'running'`,
              [id],
            );
            expect(Number(rows[0]!.left)).toBeGreaterThan(0);
            expect(Number(rows[0]!.left)).toBeLessThanOrEqual(LEASE_MS);
          }
        }
      } finally {
        await client.end();
        held.release();
      }
      await stream.rest();
      expect(await receiptOf(id)).toMatchObject({ status: 'completed' });
    },
  );
});
