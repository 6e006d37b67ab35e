import { StoredTemplates } from '../../test/support/text/stored-templates.js';

/** What is refused with the names of all templates: nothing can have such a name. */
const IMPOSSIBLE_NAMES = ['', '@', '@3', 'a\u0000b', 'a b', '\ud800', 'x'.repeat(10_000)];

describe('getTemplate', () => {
  it('finds the built-in templates, and default under its alias', async () => {
    const { prompts } = new StoredTemplates();
    for (const name of ['default', 'with_history', 'qa']) {
      for (const at of ['', '@production', '@latest']) {
        expect(await prompts.getTemplate('client', name + at)).toMatchObject({
          name,
          version: null,
          builtIn: true,
        });
      }
    }
    for (const alias of [
      'llm_chat',
      'llm_chat@production',
      'llm_chat@latest',
      'general_chat',
      'py',
      'py@latest',
    ])
      expect(await prompts.getTemplate('client', alias)).toMatchObject({ name: 'default', builtIn: true });
  });

  it("prefers the client's own template, also behind an alias", async () => {
    const stored = new StoredTemplates();
    stored.add({ name: 'default', template: 'my default' });
    const mine = { name: 'default', version: 1, template: 'my default', builtIn: false };
    for (const name of ['default', 'llm_chat', 'llm_chat@1', 'llm_chat@production', 'llm_chat@latest'])
      expect(await stored.prompts.getTemplate('client', name)).toMatchObject(mine);
  });

  it('takes a name that the client has saved itself for no alias', async () => {
    const stored = new StoredTemplates();
    stored.add({ name: 'default', template: 'my default' });
    stored.add({ name: 'default', template: 'my second default' });
    stored.add({ name: 'llm_chat', template: 'my chat' });
    for (const name of ['llm_chat', 'llm_chat@1', 'llm_chat@latest']) {
      expect(await stored.prompts.getTemplate('client', name)).toMatchObject({
        name: 'llm_chat',
        template: 'my chat',
      });
    }
    await expect(stored.prompts.getTemplate('client', 'llm_chat@2')).rejects.toMatchObject({
      extensions: { supported: ['llm_chat@production', 'llm_chat@latest', 'llm_chat@1'] },
    });
  });

  it('finds a version by its number, by a label, and as the newest', async () => {
    const stored = new StoredTemplates();
    stored.add({ name: 'mine', template: 'one' }, ['production', 'stable']);
    stored.add({ name: 'mine', template: 'two' }, []);
    stored.add({ name: 'mine', template: 'three' }, ['beta']);
    const found = async (promptName: string) =>
      (await stored.prompts.getTemplate('client', promptName)).template;
    expect(await found('mine')).toBe('one');
    expect(await found('mine@production')).toBe('one');
    expect(await found('mine@stable')).toBe('one');
    expect(await found('mine@2')).toBe('two');
    expect(await found('mine@beta')).toBe('three');
    expect(await found('mine@latest')).toBe('three');
  });

  it('needs one look-up for what there is', async () => {
    const stored = new StoredTemplates();
    stored.add({ name: 'mine' }, ['production', 'beta']);
    for (const promptName of ['mine', 'mine@beta', 'mine@1', 'mine@latest', 'default', 'qa@latest']) {
      stored.lookUps.length = 0;
      await stored.prompts.getTemplate('client', promptName);
      expect(stored.lookUps).toHaveLength(1);
    }
  });

  it('shows a draft of a built-in name only to a caller that asks for it', async () => {
    const stored = new StoredTemplates();
    stored.add({ name: 'default', template: 'my draft' }, []);
    stored.add({ name: 'llm_chat', template: 'another draft' }, []);
    for (const name of ['default', 'llm_chat'])
      expect(await stored.prompts.getTemplate('client', name)).toMatchObject({ builtIn: true });
    for (const name of ['default@1', 'default@latest'])
      expect(await stored.prompts.getTemplate('client', name)).toMatchObject({ template: 'my draft' });
  });

  it.each([
    'nothing',
    'nothing@3',
    'nothing@production',
    'Default',
    '__proto__',
    'constructor',
    ...IMPOSSIBLE_NAMES,
  ])('refuses the unknown name %j with the names there are', async (name) => {
    const stored = new StoredTemplates();
    stored.add({ name: 'translate' });
    stored.add({ name: 'draft' }, []);
    stored.add({ name: 'qa' });
    await expect(stored.prompts.getTemplate('client', name)).rejects.toMatchObject({
      code: 'prompt_not_found',
      message: 'There is no prompt template of this name; supported lists what there is.',
      extensions: { supported: ['default', 'draft@latest', 'qa', 'translate', 'with_history'] },
    });
  });

  it.each([
    'mine@3',
    'mine@gamma',
    'mine@',
    'mine@0',
    'mine@01',
    'mine@\u0000',
    'mine@a@b',
    'mine@99999999999',
  ])('refuses the unknown version %j with those there are', async (promptName) => {
    const stored = new StoredTemplates();
    stored.add({ name: 'mine' }, ['production', 'beta']);
    stored.add({ name: 'mine' }, []);
    await expect(stored.prompts.getTemplate('client', promptName)).rejects.toMatchObject({
      code: 'prompt_not_found',
      message: 'This prompt template has no such version or label; supported lists what there is.',
      extensions: { supported: ['mine@beta', 'mine@production', 'mine@latest', 'mine@2', 'mine@1'] },
    });
  });

  it.each(['qa@3', 'qa@beta'])('refuses %s of a built-in template', async (promptName) => {
    await expect(new StoredTemplates().prompts.getTemplate('client', promptName)).rejects.toMatchObject({
      code: 'prompt_not_found',
      extensions: { supported: ['qa@production', 'qa@latest'] },
    });
  });

  it.each(['mine', 'mine@production'])('refuses %s where nothing of it is in production', async (name) => {
    const stored = new StoredTemplates();
    stored.add({ name: 'mine' }, []);
    await expect(stored.prompts.getTemplate('client', name)).rejects.toMatchObject({
      code: 'prompt_not_found',
      message: expect.stringContaining('no version in production') as string,
      extensions: { supported: ['mine@latest', 'mine@1'] },
    });
    await expect(stored.prompts.readTemplate('client', name)).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('no version in production') as string,
    });
  });

  it('says of a resource that does not exist nothing of others', async () => {
    const stored = new StoredTemplates();
    stored.add({ name: 'mine' });
    for (const promptName of ['nothing', 'nothing@3', '@', '']) {
      await expect(stored.prompts.readTemplate('client', promptName)).rejects.toMatchObject({
        code: 'not_found',
        message: 'There is no such prompt template.',
      });
    }
  });
});
