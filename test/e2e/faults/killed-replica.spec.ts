import { databaseVariables } from '../../support/programs/child-service.js';
import { ChildWithModel } from '../../support/programs/child-with-model.js';
import { onServer } from '../../support/database/database.clone.js';
import { askHeld, expectInterrupted, kill, readReceipt } from '../../support/programs/killed-service.js';
import type { ModelServer } from '../../support/model/model-server.js';

const LEASE_MS = 1_000;

interface Row {
  readonly status: string;
  readonly answer: string;
  readonly error_code: string | null;
  readonly lease_until: Date;
  readonly ended_at: Date | null;
}

let stage: ChildWithModel;
let model: ModelServer;

beforeEach(async () => {
  stage = await ChildWithModel.prepare();
  model = stage.model;
});
afterEach(() => stage.stop());

const start = () => stage.start({ LLM_MAX_RETRIES: '0', TURN_LEASE_MS: String(LEASE_MS) });

describe('Of two replicas', () => {
  async function readRow(id: string): Promise<Row> {
    const url = databaseVariables(stage.database.config)['DATABASE_URL']!;
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
    for (let n = 0; n < 3; n++) turns.push(await askHeld(first, model, n));
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
    const { id, release, rest } = await askHeld(first, model, 0);
    await start();
    await start();
    expect((await readRow(id)).status).toBe('running');
    release();
    expect((await rest).at(-1)).toMatchObject({ finish_reason: 'stop' });
  });

  it('a turn that takes longer than its lease is not failed while its replica answers it', async () => {
    const [first, second] = [await start(), await start()];
    const { id, release, rest } = await askHeld(first, model, 2);
    const { lease_until } = await readRow(id);
    // The other replica has looked for abandoned turns several times by then.
    const later = await rowWhen(
      id,
      (row) => row.lease_until.getTime() > lease_until.getTime() + 3 * LEASE_MS,
    );
    expect(later.status).toBe('running');
    release();
    expect((await rest).at(-2)).toMatchObject({ finish_reason: 'stop' });
    expect(await readReceipt(second, id)).toMatchObject({ status: 'completed', text: 'held 2 ' });
  });
});
