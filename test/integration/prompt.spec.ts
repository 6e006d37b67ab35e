import type { DataSource } from 'typeorm';
import { PromptTemplateEntity } from '../../src/prompt/prompt-template.entity.js';
import type { PromptEditor } from '../../src/prompt/prompt-editor.js';
import type { PromptService } from '../../src/prompt/prompt.service.js';
import { openTestDatabase, type OpenTestDatabase } from '../support/database/database.js';
import { insertClient, promptServices } from '../support/service/prompt-services.js';

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

async function listVersions(clientId: string, name: string): Promise<number[]> {
  const rows = await dataSource.getRepository(PromptTemplateEntity).findBy({ clientId, name });
  return rows.map(({ version }) => version).sort((a, b) => a - b);
}

describe('saving a template', () => {
  it('makes it usable under its name, byte for byte', async () => {
    const client = await addClient();
    const template = '  {"a": {"b": 1}} {{ question }}\r\n材料 😀 $& \\u0041 {{input}}\t';
    const { isNew, template: saved } = await editor.saveTemplate(client, '翻译.v1', {
      template,
      description: 'd',
    });
    expect(isNew).toBe(true);
    expect(saved).toEqual({
      name: '翻译.v1',
      version: 1,
      template,
      description: 'd',
      builtIn: false,
      updatedAt: expect.any(Date) as Date,
      labels: ['production'],
    });
    expect(await prompts.readTemplate(client, '翻译.v1')).toEqual(saved);
    const { labels: _, ...template1 } = saved;
    expect(await prompts.getTemplate(client, '翻译.v1')).toEqual(template1);
  });

  it('adds a version when something differs, and none when nothing does', async () => {
    const client = await addClient();
    const save = async (template: string, description?: string | null) => {
      const saved = await editor.saveTemplate(client, 'mine', { template, description });
      return [saved.template.version, saved.isNew];
    };
    expect(await save('one')).toEqual([1, true]);
    expect(await save('one', null)).toEqual([1, false]);
    expect(await save('two')).toEqual([2, false]);
    expect(await save('two', 'described')).toEqual([3, false]);
    expect(await save('two', 'described')).toEqual([3, false]);
    expect(await save('two')).toEqual([4, false]);
    expect(await save('one')).toEqual([5, false]);
    expect(await listVersions(client, 'mine')).toEqual([1, 2, 3, 4, 5]);
  });

  it('gives each of many savers at once a version of its own, without gaps', async () => {
    const client = await addClient();
    const saved = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        editor.saveTemplate(client, 'busy', { template: `text ${index}` }),
      ),
    );
    const expected = Array.from({ length: 20 }, (_, index) => index + 1);
    expect(saved.map(({ template }) => template.version!).sort((a, b) => a - b)).toEqual(expected);
    expect(saved.filter(({ isNew }) => isNew).map(({ template }) => template.version)).toEqual([1]);
    expect(await listVersions(client, 'busy')).toEqual(expected);
    const last = saved.find(({ template }) => template.version === 20);
    expect(await prompts.readTemplate(client, 'busy')).toEqual(last?.template);
  });

  it('leaves each of many labels at the last version that was saved with it', async () => {
    const client = await addClient();
    const saved = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        editor.saveTemplate(client, 'busy', { template: `text ${index}`, labels: [`l${index % 3}`, 'all'] }),
      ),
    );
    for (const label of ['l0', 'l1', 'l2', 'all']) {
      // Each saver got what it saved, whatever was moved since.
      const versions = saved
        .filter(({ template }) => template.labels.includes(label))
        .map(({ template }) => template.version!);
      const { version } = await prompts.getTemplate(client, `busy@${label}`);
      expect([label, version]).toEqual([label, Math.max(...versions)]);
    }
  });

  it('makes one version when many save the same at once', async () => {
    const client = await addClient();
    const saved = await Promise.all(
      Array.from({ length: 20 }, () => editor.saveTemplate(client, 'same', { template: 'text' })),
    );
    expect(saved.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await listVersions(client, 'same')).toEqual([1]);
  });
});

describe('deleting a template', () => {
  it('makes it unknown, and never gives one of its version numbers again', async () => {
    const client = await addClient();
    await editor.saveTemplate(client, 'mine', { template: 'one' });
    await editor.saveTemplate(client, 'mine', { template: 'two' });
    await editor.deleteTemplate(client, 'mine');
    await expect(prompts.readTemplate(client, 'mine')).rejects.toMatchObject({ code: 'not_found' });
    await expect(prompts.getTemplate(client, 'mine')).rejects.toMatchObject({ code: 'prompt_not_found' });
    await expect(editor.deleteTemplate(client, 'mine')).rejects.toMatchObject({ code: 'not_found' });
    const again = await editor.saveTemplate(client, 'mine', { template: 'two' });
    expect(again).toMatchObject({ isNew: true, template: { version: 3 } });
  });

  it('shows the built-in template again that it shadowed', async () => {
    const client = await addClient();
    await editor.saveTemplate(client, 'qa', { template: 'my own' });
    expect(await prompts.getTemplate(client, 'qa')).toMatchObject({ template: 'my own', builtIn: false });
    await editor.deleteTemplate(client, 'qa');
    expect(await prompts.getTemplate(client, 'qa')).toMatchObject({ version: null, builtIn: true });
  });

  it('says of a built-in template that it cannot be deleted', async () => {
    const client = await addClient();
    await expect(editor.deleteTemplate(client, 'default')).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('built-in') as string,
    });
  });

  it.each(['a\u0000b', '\ud800', '', '..', 'x'.repeat(5_000)])(
    'does not find the impossible name %j',
    async (name) => {
      const client = await addClient();
      await expect(editor.deleteTemplate(client, name)).rejects.toMatchObject({ code: 'not_found' });
      await expect(prompts.readTemplate(client, name)).rejects.toMatchObject({ code: 'not_found' });
    },
  );
});

describe('listing templates', () => {
  it("sorts by name and puts the client's own in place of the built-in ones", async () => {
    const client = await addClient();
    await editor.saveTemplate(client, 'zebra', { template: 'z1' });
    await editor.saveTemplate(client, 'zebra', { template: 'z2' });
    await editor.saveTemplate(client, 'qa', { template: 'my qa' });
    await editor.saveTemplate(client, 'Alpha', { template: 'a' });
    await editor.saveTemplate(client, 'gone', { template: 'g' });
    await editor.deleteTemplate(client, 'gone');
    const { items: listed, nextCursor } = await prompts.listTemplates(client, { limit: 100 });
    expect(nextCursor).toBeNull();
    expect(listed.map(({ name, version }) => [name, version])).toEqual([
      ['Alpha', 1],
      ['default', null],
      ['qa', 1],
      ['with_history', null],
      ['zebra', 2],
    ]);
    expect(listed.find(({ name }) => name === 'zebra')?.template).toBe('z2');
    await expect(prompts.getTemplate(client, 'gone')).rejects.toMatchObject({
      extensions: { supported: ['Alpha', 'default', 'qa', 'with_history', 'zebra'] },
    });
  });
});

describe("another client's templates", () => {
  it('do not exist for a client', async () => {
    const [owner, stranger] = [await addClient(), await addClient()];
    await editor.saveTemplate(owner, 'secret', { template: 'the text' });
    await editor.saveTemplate(owner, 'default', { template: 'their default' });
    const { items } = await prompts.listTemplates(stranger, { limit: 100 });
    expect(items.map(({ name, builtIn }) => [name, builtIn])).toEqual([
      ['default', true],
      ['qa', true],
      ['with_history', true],
    ]);
    expect(await prompts.getTemplate(stranger, 'llm_chat')).toMatchObject({ builtIn: true });
    await expect(prompts.getTemplate(stranger, 'secret')).rejects.toMatchObject({
      extensions: { supported: ['default', 'qa', 'with_history'] },
    });
    await expect(prompts.readTemplate(stranger, 'secret')).rejects.toMatchObject({ code: 'not_found' });
    await expect(editor.deleteTemplate(stranger, 'secret')).rejects.toMatchObject({ code: 'not_found' });
    const saved = await editor.saveTemplate(stranger, 'secret', { template: 'another' });
    expect(saved).toMatchObject({ isNew: true, template: { version: 1 } });
    expect(await prompts.getTemplate(owner, 'secret')).toMatchObject({ version: 1, template: 'the text' });
  });
});
