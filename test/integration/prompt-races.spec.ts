import type { DataSource } from 'typeorm';
import type { PromptEditor } from '../../src/prompt/prompt-editor.js';
import type { PromptService } from '../../src/prompt/prompt.service.js';
import { openTestDatabase, type OpenTestDatabase } from '../support/database/database.js';
import { insertClient, promptServices } from '../support/service/prompt-services.js';

/** Real: the database, the repositories and the services. On the embedded database no statement waits for another. */
describe('while another caller is saving a new version', () => {
  let database: OpenTestDatabase;
  let dataSource: DataSource;
  let prompts: PromptService;
  let editor: PromptEditor;

  beforeAll(async () => {
    database = await openTestDatabase();
    dataSource = database.dataSource;
    ({ prompts, editor } = promptServices(dataSource));
  });

  afterAll(() => database.close());

  /** Waits until a statement waits for a lock. */
  async function untilBlocked(): Promise<void> {
    for (;;) {
      const blocked = await dataSource.query<object[]>(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      if (blocked.length > 0) return;
    }
  }

  /** Saves a second version of `mine`, and does something that has to wait until it is committed. */
  async function whileSaving(client: string, work: () => Promise<unknown>): Promise<void> {
    await editor.saveTemplate(client, 'mine', { template: 'first' });
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await promptServices(runner.manager).editor.saveTemplate(client, 'mine', { template: 'second' });
    const waiting = work();
    await untilBlocked();
    await runner.commitTransaction();
    await runner.release();
    await waiting;
  }

  it('deleting what was there leaves the new version in production', async () => {
    const client = await insertClient(dataSource);
    await whileSaving(client, () => editor.deleteTemplate(client, 'mine'));
    expect(await prompts.getTemplate(client, 'mine')).toMatchObject({ version: 2, template: 'second' });
    const { items } = await prompts.listVersions(client, 'mine', { limit: 10 });
    expect(items.map(({ version, labels }) => [version, labels])).toEqual([[2, ['production']]]);
  });

  it('saving what was there once more leaves the new version in production', async () => {
    const client = await insertClient(dataSource);
    await whileSaving(client, () => editor.saveTemplate(client, 'mine', { template: 'first' }));
    expect(await prompts.getTemplate(client, 'mine')).toMatchObject({ version: 2, template: 'second' });
  });

  it('saving something else as well adds a third version, which is in production', async () => {
    const client = await insertClient(dataSource);
    await whileSaving(client, () => editor.saveTemplate(client, 'mine', { template: 'third' }));
    expect(await prompts.getTemplate(client, 'mine')).toMatchObject({ version: 3, template: 'third' });
  });

  it('moving the label to an earlier version comes after it', async () => {
    const client = await insertClient(dataSource);
    const move = { name: 'mine', label: 'production', version: 1 };
    await whileSaving(client, () => editor.moveLabel(client, move));
    expect(await prompts.getTemplate(client, 'mine')).toMatchObject({ version: 1 });
  });
});
