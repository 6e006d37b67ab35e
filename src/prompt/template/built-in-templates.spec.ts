import { BUILT_IN_TEMPLATES, TEMPLATE_ALIASES } from './built-in-templates.js';
import { isTemplateName } from './template-name.js';
import { describeTemplateFault, variablesOf } from './template.js';

describe('the built-in templates', () => {
  it.each([
    ['default', []],
    ['with_history', ['history', 'question']],
    ['qa', ['context']],
  ])('%s uses %j', (name, variables) => {
    expect(
      [...variablesOf(BUILT_IN_TEMPLATES.get(name)?.template ?? '{{context}}{{history}}{{input}}')].sort(),
    ).toEqual(variables);
  });

  it('could all be saved by a client', () => {
    for (const [name, { template }] of BUILT_IN_TEMPLATES) {
      expect(isTemplateName(name)).toBe(true);
      expect(describeTemplateFault(template)).toBeNull();
    }
  });

  it('have aliases that lead to one of them', () => {
    expect(TEMPLATE_ALIASES.get('llm_chat')).toBe('default');
    for (const [alias, name] of TEMPLATE_ALIASES) {
      expect(BUILT_IN_TEMPLATES.has(alias)).toBe(false);
      expect(BUILT_IN_TEMPLATES.has(name)).toBe(true);
    }
  });
});
