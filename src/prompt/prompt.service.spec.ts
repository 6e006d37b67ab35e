import { newId } from '../common/uuid.js';
import type { PromptTemplateEntity } from './prompt-template.entity.js';
import type { NewTemplateVersion, PromptTemplateRepository } from './prompt-template.repository.js';
import { PromptService } from './prompt.service.js';

/** One client's stored templates, kept in memory; what no test plans for is not there to be called. */
class StoredTemplates implements Pick<
  PromptTemplateRepository,
  'findLatest' | 'findLastOfAny' | 'addVersion' | 'listNames'
> {
  readonly rows: PromptTemplateEntity[] = [];
  /** Runs before a version is added: another caller who saves at the same time. */
  beforeAdding: () => void = () => undefined;

  add(added: Partial<NewTemplateVersion> & { name: string }): PromptTemplateEntity {
    const version = added.version ?? this.rows.filter(({ name }) => name === added.name).length + 1;
    const row: PromptTemplateEntity = {
      id: newId(),
      clientId: 'client',
      template: 'text',
      description: null,
      createdAt: new Date(0),
      deletedAt: null,
      ...added,
      version,
    };
    this.rows.push(row);
    return row;
  }

  findLastOfAny(_: string, name: string) {
    return Promise.resolve(this.rows.findLast((row) => row.name === name) ?? null);
  }

  findLatest(_: string, name: string) {
    return Promise.resolve(this.rows.findLast((row) => row.name === name && !row.deletedAt) ?? null);
  }

  listNames() {
    return Promise.resolve([...new Set(this.rows.filter((row) => !row.deletedAt).map(({ name }) => name))]);
  }

  addVersion(added: NewTemplateVersion) {
    this.beforeAdding();
    const isTaken = this.rows.some((row) => row.name === added.name && row.version === added.version);
    return Promise.resolve(isTaken ? null : this.add(added));
  }
}

function setUp() {
  const stored = new StoredTemplates();
  return { stored, prompts: new PromptService(stored as unknown as PromptTemplateRepository) };
}

describe('getTemplate', () => {
  it('finds the built-in templates, and default under its alias', async () => {
    const { prompts } = setUp();
    for (const name of ['default', 'with_history', 'qa']) {
      expect(await prompts.getTemplate('client', name)).toMatchObject({ name, version: null, builtIn: true });
    }
    expect(await prompts.getTemplate('client', 'llm_chat')).toMatchObject({ name: 'default', builtIn: true });
  });

  it("prefers the client's own template, also behind an alias", async () => {
    const { stored, prompts } = setUp();
    stored.add({ name: 'default', template: 'my default' });
    const mine = { name: 'default', version: 1, template: 'my default', builtIn: false };
    expect(await prompts.getTemplate('client', 'default')).toMatchObject(mine);
    expect(await prompts.getTemplate('client', 'llm_chat')).toMatchObject(mine);
  });

  it('takes a name that the client has saved itself for no alias', async () => {
    const { stored, prompts } = setUp();
    stored.add({ name: 'default', template: 'my default' });
    stored.add({ name: 'llm_chat', template: 'my chat' });
    expect(await prompts.getTemplate('client', 'llm_chat')).toMatchObject({
      name: 'llm_chat',
      template: 'my chat',
    });
  });

  it.each(['nothing', 'Default', '', 'a\u0000b', '\ud800', 'x'.repeat(10_000), '__proto__', 'constructor'])(
    'refuses the unknown name %j with the names there are',
    async (name) => {
      const { stored, prompts } = setUp();
      stored.add({ name: 'translate' });
      stored.add({ name: 'qa' });
      await expect(prompts.getTemplate('client', name)).rejects.toMatchObject({
        code: 'prompt_not_found',
        extensions: { supported: ['default', 'qa', 'translate', 'with_history'] },
      });
    },
  );
});

describe('saveTemplate', () => {
  it('saves again under the next number when another caller has just taken this one', async () => {
    const { stored, prompts } = setUp();
    stored.beforeAdding = () => {
      stored.beforeAdding = () => undefined;
      stored.add({ name: 'mine', template: 'theirs' });
    };
    const saved = await prompts.saveTemplate('client', 'mine', { template: 'ours' });
    expect(saved).toMatchObject({ isNew: false, template: { version: 2, template: 'ours' } });
  });

  it('is satisfied when the other caller has saved the same', async () => {
    const { stored, prompts } = setUp();
    stored.beforeAdding = () => stored.add({ name: 'mine', template: 'ours' });
    const saved = await prompts.saveTemplate('client', 'mine', { template: 'ours' });
    expect(saved).toMatchObject({ isNew: false, template: { version: 1 } });
    expect(stored.rows).toHaveLength(1);
  });

  it('gives up with a conflict, not with a failure, when it never gets a number', async () => {
    const { stored, prompts } = setUp();
    stored.beforeAdding = () => stored.add({ name: 'mine', template: 'theirs' });
    await expect(prompts.saveTemplate('client', 'mine', { template: 'ours' })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('refuses an unknown variable and names it', async () => {
    const { stored, prompts } = setUp();
    await expect(
      prompts.saveTemplate('client', 'mine', { template: 'Hello {{nobody}}' }),
    ).rejects.toMatchObject({
      code: 'prompt_not_valid',
      // What goes into the log as well.
      message: expect.not.stringContaining('nobody') as string,
      errors: [
        { pointer: '/template', detail: expect.stringMatching(/\{\{nobody\}\}.*\{\{question\}\}/) as string },
      ],
    });
    expect(stored.rows).toEqual([]);
  });

  it.each(['', '..', 'a b', 'a\u0000', '\ud800', 'x'.repeat(101)])('refuses the name %j', async (name) => {
    const { prompts } = setUp();
    await expect(prompts.saveTemplate('client', name, { template: 'x' })).rejects.toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '/name' }],
    });
  });
});
