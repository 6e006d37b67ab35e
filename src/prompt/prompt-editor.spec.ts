import { StoredTemplates } from '../../test/support/text/stored-templates.js';

describe('saveTemplate', () => {
  it('saves again under the next number when another caller has just taken this one', async () => {
    const stored = new StoredTemplates();
    stored.beforeAdding = () => {
      stored.beforeAdding = () => undefined;
      stored.add({ name: 'mine', template: 'theirs' });
    };
    const saved = await stored.editor.saveTemplate('client', 'mine', { template: 'ours' });
    expect(saved).toMatchObject({ isNew: false, template: { version: 2, template: 'ours' } });
  });

  it('is satisfied when the other caller has saved the same', async () => {
    const stored = new StoredTemplates();
    stored.beforeAdding = () => stored.add({ name: 'mine', template: 'ours' });
    const saved = await stored.editor.saveTemplate('client', 'mine', { template: 'ours' });
    expect(saved).toMatchObject({ isNew: false, template: { version: 1 } });
    expect(stored.rows).toHaveLength(1);
  });

  it('ends with a conflict, not with a failure, when it never gets a number', async () => {
    const stored = new StoredTemplates();
    stored.beforeAdding = () => stored.add({ name: 'mine', template: 'theirs' });
    await expect(stored.editor.saveTemplate('client', 'mine', { template: 'ours' })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('labels it production unless the caller says otherwise, each label once', async () => {
    const { editor } = new StoredTemplates();
    const labelsOf = async (template: string, labels?: string[] | null) =>
      (await editor.saveTemplate('client', 'mine', { template, labels })).template.labels;
    expect(await labelsOf('one')).toEqual(['production']);
    expect(await labelsOf('two', null)).toEqual(['production']);
    expect(await labelsOf('three', [])).toEqual([]);
    expect(await labelsOf('four', ['b', 'a', 'b'])).toEqual(['a', 'b']);
  });

  it('refuses an unknown variable and names it', async () => {
    const stored = new StoredTemplates();
    await expect(
      stored.editor.saveTemplate('client', 'mine', { template: 'Hello {{weather}}' }),
    ).rejects.toMatchObject({
      code: 'prompt_not_valid',
      // What goes into the log as well.
      message: expect.not.stringContaining('weather') as string,
      errors: [
        {
          pointer: '/template',
          detail: expect.stringMatching(/\{\{weather\}\}.*\{\{question\}\}/) as string,
        },
      ],
    });
    expect(stored.rows).toEqual([]);
  });

  it.each(['', '..', 'a b', 'a\u0000', '\ud800', 'mine@3', 'x'.repeat(101)])(
    'refuses the name %j',
    async (name) => {
      const { editor } = new StoredTemplates();
      await expect(editor.saveTemplate('client', name, { template: 'x' })).rejects.toMatchObject({
        code: 'validation_failed',
        errors: [{ pointer: '/name' }],
      });
    },
  );
});
