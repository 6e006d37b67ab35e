import { openDatabase } from '../../src/database/connection/open-database.js';
import { ChildWithModel } from '../support/programs/child-with-model.js';
import { askHeld, expectInterrupted, kill } from '../support/programs/killed-service.js';
import { answer } from '../support/model/model-server.answers.js';

describe('A turn that was interrupted', () => {
  let stage: ChildWithModel;

  beforeAll(async () => (stage = await ChildWithModel.prepare()));
  afterAll(() => stage.stop());

  async function readStatuses(ids: readonly string[]): Promise<string[]> {
    const dataSource = await openDatabase(stage.database.config, []);
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
    const first = await stage.start({ LLM_MAX_RETRIES: '0', TURN_LEASE_MS: '1000' });
    const turns = [];
    for (let n = 0; n < 3; n++) turns.push(await askHeld(first, stage.model, n));
    await kill(first);
    for (const { rest } of turns) {
      expect((await rest).filter(({ finish_reason, error }) => finish_reason ?? error)).toEqual([]);
    }
    expect(await readStatuses(turns.map(({ id }) => id))).toEqual(['running', 'running', 'running']);
    const second = await stage.start({ LLM_MAX_RETRIES: '0', TURN_LEASE_MS: '1000' });
    for (const { id } of turns) await expectInterrupted(second, id);
    // The conversation that was busy is free again.
    stage.model.next(answer('again'));
    const again = await second.post('/chat', { query: 'again', conversation_id: 'c0' });
    expect(again.status).toBe(200);
  });
});
