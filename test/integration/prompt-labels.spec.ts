import type { DataSource } from 'typeorm';
import { newId } from '../../src/common/uuid.js';
import { isForeignKeyViolation } from '../../src/database/database-error.js';
import { migrate } from '../../src/database/migrate.js';
import type { PromptEditor } from '../../src/prompt/prompt-editor.js';
import { PromptService } from '../../src/prompt/prompt.service.js';
import { openTestDatabase, type OpenTestDatabase } from '../support/database/database.js';
import {
  insertClient,
  insertDrafts,
  promptServices,
  versionsOf,
} from '../support/service/prompt-services.js';

// Real: the database, the repositories and the services.

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

const addClient = () => insertClient(dataSource);
const addDrafts = (count: number) => insertDrafts(dataSource, count);
const move = (client: string, label: string, version: number) =>
  editor.moveLabel(client, { name: 'mine', label, version });
const listVersions = (client: string, name?: string) => versionsOf(prompts, client, name);
const versionOf = async (client: string, promptName: string) =>
  (await prompts.getTemplate(client, promptName)).version;

describe('a label', () => {
  it('is made, moved forward and back, and taken away', async () => {
    const client = await addDrafts(3);
    expect(await move(client, 'production', 2)).toMatchObject({ version: 2, labels: ['production'] });
    expect(await versionOf(client, 'mine')).toBe(2);
    expect(await move(client, 'production', 3)).toMatchObject({ version: 3, labels: ['production'] });
    expect(await versionOf(client, 'mine')).toBe(3);
    expect(await move(client, 'production', 1)).toMatchObject({ version: 1 });
    expect(await move(client, 'production', 1)).toMatchObject({ version: 1 });
    expect(await versionOf(client, 'mine@production')).toBe(1);
    expect(await versionOf(client, 'mine@latest')).toBe(3);
    await editor.removeLabel(client, 'mine', 'production');
    await expect(prompts.getTemplate(client, 'mine')).rejects.toMatchObject({ code: 'prompt_not_found' });
    await expect(editor.removeLabel(client, 'mine', 'production')).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await versionOf(client, 'mine@1')).toBe(1);
  });

  it('exists beside others, each at a version of its own', async () => {
    const client = await addDrafts(2);
    await move(client, 'staging', 2);
    await move(client, 'production', 1);
    await move(client, '候选', 2);
    expect(await listVersions(client)).toEqual([
      { version: 2, labels: ['staging', '候选'] },
      { version: 1, labels: ['production'] },
    ]);
  });

  it.each([
    ['mine', 3],
    ['mine', 2_147_483_647],
    ['nobodys', 1],
    ['default', 1],
    ['llm_chat', 1],
    ['mine@1', 1],
    ['a\u0000b', 1],
  ])('goes to no version that is not there: %s, %d', async (name, version) => {
    const client = await addDrafts(2);
    await expect(editor.moveLabel(client, { name, label: 'production', version })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await listVersions(client)).toMatchObject([{ labels: [] }, { labels: [] }]);
  });

  it.each(['', '3', '٣', 'latest', 'a b', 'a@b', 'a\u0000', '\ud800', 'x'.repeat(51)])(
    'cannot be %j',
    async (label) => {
      const client = await addDrafts(1);
      await expect(move(client, label, 1)).rejects.toMatchObject({
        code: 'validation_failed',
        errors: [{ pointer: '/label' }],
      });
      await expect(editor.removeLabel(client, 'mine', label)).rejects.toMatchObject({ code: 'not_found' });
    },
  );

  it('goes to what is saved with it, also when nothing is new about that', async () => {
    const client = await addDrafts(2);
    await move(client, 'production', 1);
    const again = { template: 'text 2' };
    const same = await editor.saveTemplate(client, 'mine', { ...again, labels: ['staging'] });
    expect(same.template).toMatchObject({ version: 2, labels: ['staging'] });
    expect(await versionOf(client, 'mine')).toBe(1);
    const released = await editor.saveTemplate(client, 'mine', again);
    expect(released.template).toMatchObject({ version: 2, labels: ['production', 'staging'] });
    expect(await versionOf(client, 'mine')).toBe(2);
  });

  it('goes with its template, and does not belong to a later template of the same name', async () => {
    const client = await addDrafts(2);
    await move(client, 'beta', 1);
    await editor.deleteTemplate(client, 'mine');
    await expect(move(client, 'beta', 1)).rejects.toMatchObject({ code: 'not_found' });
    expect(await dataSource.query('SELECT FROM prompt_label WHERE client_id = $1', [client])).toEqual([]);
    await editor.saveTemplate(client, 'mine', { template: 'text 3', labels: [] });
    await expect(prompts.getTemplate(client, 'mine@beta')).rejects.toMatchObject({
      extensions: { supported: ['mine@latest', 'mine@3'] },
    });
    expect(await listVersions(client)).toEqual([{ version: 3, labels: [] }]);
  });

  it('of a template that a replica of the version before has deleted is none', async () => {
    const client = await addDrafts(1);
    await move(client, 'production', 1);
    await dataSource.query('UPDATE prompt_template SET deleted_at = now() WHERE client_id = $1', [client]);
    await expect(prompts.getTemplate(client, 'mine')).rejects.toMatchObject({ code: 'prompt_not_found' });
    await expect(editor.removeLabel(client, 'mine', 'production')).rejects.toMatchObject({
      code: 'not_found',
    });
    await editor.saveTemplate(client, 'mine', { template: 'again', labels: [] });
    await expect(prompts.getTemplate(client, 'mine')).rejects.toMatchObject({
      extensions: { supported: ['mine@latest', 'mine@2'] },
    });
    await move(client, 'production', 2);
    expect(await versionOf(client, 'mine')).toBe(2);
  });
});

describe('labels that many move at once', () => {
  it('point at one version at any time, and at the last one in the end', async () => {
    const client = await addDrafts(10);
    // One mover: where the label may be is what it has completed last, or has begun since.
    const begun = [1];
    let completed = 0;
    await move(client, 'live', 1);
    const mover = (async () => {
      for (let round = 1; round <= 30; round++) {
        begun.push((round % 10) + 1);
        await move(client, 'live', begun.at(-1)!);
        completed = round;
      }
    })();
    const ask = async () => {
      while (completed < 30) {
        const first = completed;
        const version = await versionOf(client, 'mine@live');
        expect(begun.slice(first)).toContain(version);
      }
    };
    await Promise.all([mover, ...Array.from({ length: 8 }, ask)]);
    expect(await versionOf(client, 'mine@live')).toBe(begun.at(-1));
  });

  it('are where somebody moved them, and nowhere else', async () => {
    const client = await addDrafts(5);
    const moved = await Promise.all(
      Array.from({ length: 40 }, (_, index) => move(client, `l${index % 4}`, (index % 5) + 1)),
    );
    expect(moved.map(({ version }) => version)).toEqual(moved.map((_, index) => (index % 5) + 1));
    const labelled = (await listVersions(client)).flatMap(({ labels }) => labels);
    expect(labelled.sort()).toEqual(['l0', 'l1', 'l2', 'l3']);
  });

  it('are there whenever the template is, while it is saved and deleted', async () => {
    const client = await addClient();
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        if (index % 3 > 0) await editor.saveTemplate(client, 'mine', { template: `text ${index}` });
        else await editor.deleteTemplate(client, 'mine').catch(() => undefined);
      }),
    );
    expect(outcomes).toHaveLength(60);
    const versions = await listVersions(client).catch(() => []);
    const found = await prompts.getTemplate(client, 'mine').catch(() => null);
    expect(found?.version).toBe(versions[0]?.version);
    expect(await dataSource.query('SELECT FROM prompt_label WHERE client_id = $1', [client])).toHaveLength(
      versions.length > 0 ? 1 : 0,
    );
  });

  it('never go back to what was saved before, when the same is saved again', async () => {
    const client = await addClient();
    const save = (template: string) => editor.saveTemplate(client, 'mine', { template });
    await save('text');
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => save(index % 2 === 0 ? 'text' : `text ${index}`)),
    );
    const [newest] = await listVersions(client);
    expect(newest).toMatchObject({ labels: ['production'] });
  });
});

describe("another client's labels", () => {
  it('do not exist for a client, and are not moved by one', async () => {
    const [owner, stranger] = [await addDrafts(2), await addClient()];
    await move(owner, 'beta', 2);
    await editor.saveTemplate(stranger, 'mine', { template: 'theirs', labels: [] });
    await expect(prompts.getTemplate(stranger, 'mine@beta')).rejects.toMatchObject({
      extensions: { supported: ['mine@latest', 'mine@1'] },
    });
    await expect(move(stranger, 'beta', 2)).rejects.toMatchObject({ code: 'not_found' });
    await expect(editor.removeLabel(stranger, 'mine', 'beta')).rejects.toMatchObject({ code: 'not_found' });
    await move(stranger, 'beta', 1);
    await editor.deleteTemplate(stranger, 'mine');
    expect(await versionOf(owner, 'mine@beta')).toBe(2);
    expect(await listVersions(owner)).toEqual([
      { version: 2, labels: ['beta'] },
      { version: 1, labels: [] },
    ]);
  });

  it('are refused by the database, and those of versions that never were', async () => {
    const [owner, stranger] = [await addDrafts(1), await addClient()];
    const insert = (client: string, version: number, label = 'x') =>
      dataSource
        .query('INSERT INTO prompt_label (client_id, name, label, version) VALUES ($1, $2, $3, $4)', [
          client,
          'mine',
          label,
          version,
        ])
        .then(
          () => null,
          (error: unknown) => error,
        );
    for (const failure of [await insert(stranger, 1), await insert(owner, 2)])
      expect(isForeignKeyViolation(failure, 'prompt_label_template_fkey')).toBe(true);
    for (const label of ['latest', '3'])
      expect(await insert(owner, 1, label)).toMatchObject({ code: '23514' });
    expect(await insert(owner, 1)).toBeNull();
  });
});

describe('the migration', () => {
  it('puts the newest version of what exists in production, and nothing that was deleted', async () => {
    const { dataSource: own, close } = await openTestDatabase();
    const hasLabels = async () => {
      const [row] = await own.query<{ found: string | null }[]>(
        `SELECT to_regclass('prompt_label') AS found`,
      );
      return row!.found !== null;
    };
    while (await hasLabels()) await own.undoLastMigration();
    const client = newId();
    await own.query('INSERT INTO client (id, name) VALUES ($1, $2)', [client, client]);
    const saved: [string, number, boolean][] = [
      ['kept', 1, false],
      ['kept', 2, false],
      ['gone', 1, true],
      ['again', 1, true],
      ['again', 2, false],
    ];
    for (const [name, version, isDeleted] of saved) {
      await own.query(
        `INSERT INTO prompt_template (id, client_id, name, version, template, deleted_at)
         VALUES ($1, $2, $3, $4, 'text', CASE WHEN $5 THEN now() END)`,
        [newId(), client, name, version, isDeleted],
      );
    }
    await migrate(own);
    expect(await own.query('SELECT name, label, version FROM prompt_label ORDER BY name')).toEqual([
      { name: 'again', label: 'production', version: 2 },
      { name: 'kept', label: 'production', version: 2 },
    ]);
    await close();
  });
});
