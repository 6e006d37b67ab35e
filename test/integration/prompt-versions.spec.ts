import type { DataSource, Repository } from 'typeorm';
import { newId } from '../../src/common/uuid.js';
import type { PromptLabelEntity } from '../../src/prompt/prompt-label.entity.js';
import { PromptLabelRepository } from '../../src/prompt/prompt-label.repository.js';
import type { PromptTemplateEntity } from '../../src/prompt/prompt-template.entity.js';
import { PromptTemplateRepository } from '../../src/prompt/prompt-template.repository.js';
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

describe('the versions of a template', () => {
  it('come the newest first, a page at a time', async () => {
    const client = await addDrafts(5);
    const read: (number | null)[][] = [];
    let cursor: string | undefined;
    do {
      const page = await prompts.listVersions(client, 'mine', { limit: 2, cursor });
      read.push(page.items.map(({ version }) => version));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(read).toEqual([[5, 4], [3, 2], [1]]);
    const strange = await prompts.listVersions(client, 'mine', { limit: 2, cursor: newId() });
    expect(strange).toEqual({ items: [], nextCursor: null });
  });

  it('are none of a built-in template, and for an alias those of its template', async () => {
    const client = await addClient();
    expect(await listVersions(client, 'qa')).toEqual([]);
    expect(await listVersions(client, 'llm_chat')).toEqual([]);
    await editor.saveTemplate(client, 'default', { template: 'mine' });
    expect(await listVersions(client, 'llm_chat')).toMatchObject([{ version: 1 }]);
    await editor.saveTemplate(client, 'llm_chat', { template: 'a', labels: [] });
    expect(await listVersions(client, 'llm_chat')).toEqual([{ version: 1, labels: [] }]);
  });

  it.each(['nobodys', 'qa@1', '', '..', 'a\u0000b'])('are not found under %j', async (name) => {
    await expect(prompts.listVersions(await addClient(), name, { limit: 1 })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

describe('the list of templates', () => {
  it('goes by code points, a page at a time, the built-in ones in their places', async () => {
    const client = await addClient();
    // In UTF-16, the first two would change places.
    const names = ['\ufa0e', '\u{20000}', 'a', 'default', 'e', 'z'];
    for (const name of names) await editor.saveTemplate(client, name, { template: name });
    await editor.saveTemplate(client, 'b', { template: 'b', labels: [] });
    await editor.saveTemplate(client, 'qa', { template: 'a draft', labels: [] });
    const read: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await prompts.listTemplates(client, { limit: 2, cursor });
      expect(page.items.length).toBe(page.nextCursor === null ? 1 : 2);
      read.push(...page.items.map(({ name, version }) => `${name} ${version}`));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(read).toEqual([
      'a 1',
      'b 1',
      'default 1',
      'e 1',
      'qa null',
      'with_history null',
      'z 1',
      '\ufa0e 1',
      '\u{20000} 1',
    ]);
  });

  it('shows what is in production and, where nothing is, the newest version', async () => {
    const client = await addDrafts(3);
    const shown = async () => {
      const { items } = await prompts.listTemplates(client, { limit: 100 });
      return items.find(({ name }) => name === 'mine');
    };
    expect(await shown()).toMatchObject({ version: 3, labels: [] });
    await move(client, 'beta', 2);
    expect(await shown()).toMatchObject({ version: 3 });
    await move(client, 'production', 1);
    expect(await shown()).toMatchObject({ version: 1, labels: ['production'], template: 'text 1' });
  });
});

describe('what a turn looks up', () => {
  interface Statement {
    readonly sql: string;
    readonly values: unknown[];
  }

  /** What `getTemplate` asks the database. */
  async function statementsOf(client: string, promptName: string): Promise<Statement[]> {
    const statements: Statement[] = [];
    const query = (sql: string, values: unknown[]) => {
      statements.push({ sql, values });
      return dataSource.query<unknown>(sql, values);
    };
    const templates = new PromptTemplateRepository({ query } as unknown as Repository<PromptTemplateEntity>);
    const labels = new PromptLabelRepository({ query } as unknown as Repository<PromptLabelEntity>);
    await new PromptService(templates, labels).getTemplate(client, promptName);
    return statements;
  }

  beforeAll(async () => {
    const client = await addClient();
    await dataSource.query(
      `INSERT INTO prompt_template (id, client_id, name, version, template)
       SELECT gen_random_uuid(), $1, 'name-' || n % 50, n, 'text' FROM generate_series(1, 5000) AS n`,
      [client],
    );
    await dataSource.query(
      `INSERT INTO prompt_label (client_id, name, label, version)
       SELECT client_id, name, 'label-' || version, version FROM prompt_template WHERE client_id = $1`,
      [client],
    );
    await dataSource.query('ANALYZE prompt_template, prompt_label');
  });

  it.each(['mine', 'mine@beta', 'mine@1', 'mine@latest', 'default', 'qa'])(
    'is one statement that reads indexes only: %s',
    async (promptName) => {
      const client = await addDrafts(3);
      await move(client, 'production', 1);
      await move(client, 'beta', 2);
      const statements = await statementsOf(client, promptName);
      expect(statements).toHaveLength(1);
      const { sql, values } = statements[0]!;
      const plan = await dataSource.query<object[]>(`EXPLAIN ${sql}`, values);
      expect(JSON.stringify(plan)).toContain('Index');
      expect(JSON.stringify(plan)).not.toContain('Seq Scan');
    },
  );
});
