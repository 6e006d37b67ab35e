import fc from 'fast-check';
import {
  describeTemplateFault,
  partsOfInline,
  partsOfTemplate,
  renderInline,
  renderTemplate,
  variablesOf,
} from './template.js';
import { runs } from '../../../test/property/runs.js';

const VALUES = { question: 'Q', context: 'C', history: 'H' };

/** Texts in which braces, placeholders and replacement patterns are common. */
const trickyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('{', '}', '{{', '}}', '{{question}}', '{{ input }}', '{{context}}', '{{history}}'),
      fc.constantFrom(
        '{context}',
        '{question}',
        '$&',
        '$1',
        "$'",
        '$$',
        '\\',
        '\u2028',
        '\r\n',
        '😀',
        '问题',
      ),
      fc.string({ unit: 'binary' }),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

/** Text without braces: whatever is put beside it, no placeholder comes to be. */
const plainText = trickyText.map((text) => text.replace(/[{}]/g, ''));

describe('renderTemplate', () => {
  it.each([
    ['{{question}}', 'Q'],
    ['{{input}}', 'Q'],
    ['{{ question }}|{{\tcontext\n}}|{{history }}', 'Q|C|H'],
    ['{{question}}{{question}}{{context}}', 'QQC'],
    ['{"q": {{question}}}', '{"q": Q}'],
    ['{{{question}}}', '{Q}'],
    ['{{{{question}}}}', '{{Q}}'],
    ['{{ {{question}} }}', '{{ Q }}'],
    [
      '{question} { {question} } {{question} {question}}',
      '{question} { {question} } {{question} {question}}',
    ],
    ['{{}} {{ }} {{1}} {{a b}} {{a.b}} {{a-b}} {{#if}}', '{{}} {{ }} {{1}} {{a b}} {{a.b}} {{a-b}} {{#if}}'],
    ['{{constructor}}{{__proto__}}', '{{constructor}}{{__proto__}}'],
    ['no placeholder', 'no placeholder'],
    ['', ''],
  ])('makes of %j %j', (template, expected) => {
    expect(renderTemplate(template, VALUES)).toBe(expected);
  });

  it('puts every value in literally and reads none of them as a template', () => {
    fc.assert(
      fc.property(
        plainText,
        plainText,
        fc.record({ question: trickyText, context: trickyText, history: trickyText }),
        (before, after, values) => {
          const template = `${before}{{context}}|{{ input }}|{{history}}|{{question}}${after}`;
          const { question, context, history } = values;
          expect(renderTemplate(template, values)).toBe(
            `${before}${context}|${question}|${history}|${question}${after}`,
          );
        },
      ),
      { numRuns: runs(200) },
    );
  });

  it('leaves a template without placeholders as it is', () => {
    fc.assert(
      fc.property(trickyText, (text) => {
        fc.pre(variablesOf(text).size === 0);
        expect(renderTemplate(text, VALUES)).toBe(text);
      }),
      { numRuns: runs(200) },
    );
  });

  it('changes a template exactly when it uses a variable', () => {
    fc.assert(
      fc.property(trickyText, (text) => {
        expect(renderTemplate(text, { question: '', context: '', history: '' }) !== text).toBe(
          variablesOf(text).size > 0,
        );
      }),
      { numRuns: runs(200) },
    );
  });
});

describe('variablesOf', () => {
  it('names each variable once, an alias as the name that it means', () => {
    expect(variablesOf('{{input}} {{ question }} {{history}}')).toEqual(new Set(['question', 'history']));
    expect(variablesOf('{question} {{unknown}} {{toString}}')).toEqual(new Set());
  });
});

describe('describeTemplateFault', () => {
  it.each([
    '',
    'plain',
    '{{question}} {{ input }} {{context}} {{history}}',
    '{"a": {"b": 1}}',
    '{{"a": 1}}',
    '{{ }}',
  ])('finds nothing wrong with %j', (template) => {
    expect(describeTemplateFault(template)).toBeNull();
  });

  it.each([
    ['Hi {{name}}', 'name'],
    ['Hi {{ Question }}', 'Question'],
    ['{{question}} {{问题}}', '问题'],
    ['{{constructor}}', 'constructor'],
    ['{{__proto__}}', '__proto__'],
  ])('names the unknown variable of %j and lists the known ones', (template, name) => {
    const fault = describeTemplateFault(template);
    expect(fault).toContain(`{{${name}}};`);
    expect(fault).toContain('{{question}}, {{context}}, {{history}}, {{input}}');
  });

  it('stays short and well-formed whatever the names', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `{{${'𠀀'.repeat(500)}${index}}}`);
    const fault = describeTemplateFault(names.join('')) ?? '';
    expect(fault.length).toBeGreaterThan(0);
    expect(fault.length).toBeLessThan(1000);
    expect(fault.isWellFormed()).toBe(true);
  });
});

describe('renderInline', () => {
  it.each([
    ['Use {context} for {question}', 'Use C for Q'],
    ['{{context}} {{ question }}', '{C} {{ question }}'],
    ['{ context } {history} {input} {Context} {}', '{ context } {history} {input} {Context} {}'],
    ['{"a": {"b": "{question}"}}', '{"a": {"b": "Q"}}'],
  ])('makes of %j %j', (text, expected) => {
    expect(renderInline(text, VALUES)).toBe(expected);
  });

  it('puts every value in literally and reads none of them as instructions', () => {
    fc.assert(
      fc.property(plainText, trickyText, trickyText, (text, question, context) => {
        expect(renderInline(`${text}{question}|{context}${text}`, { question, context })).toBe(
          `${text}${question}|${context}${text}`,
        );
      }),
      { numRuns: runs(200) },
    );
  });

  it('changes a text exactly when it uses a variable', () => {
    fc.assert(
      fc.property(trickyText, (text) => {
        expect(renderInline(text, { question: '', context: '' }) !== text).toBe(
          Object.values(partsOfInline(text).uses).some((count) => count > 0),
        );
      }),
      { numRuns: runs(200) },
    );
  });
});

describe('the parts of a template', () => {
  it('count what its rendering will hold, an alias as the name that it means', () => {
    const template = 'a {{question}}{{ input }} b {{context}} {{unknown}} {question}';
    expect(partsOfTemplate(template)).toEqual({
      text: 'a  b  {{unknown}} {question}',
      uses: { question: 2, context: 1, history: 0 },
    });
    expect(partsOfInline('{question}{context} {{question}}')).toEqual({
      text: ' {}',
      uses: { question: 2, context: 1, history: 0 },
    });
  });

  it('add up to the length of the rendering', () => {
    fc.assert(
      fc.property(trickyText, trickyText, (template, question) => {
        const { text, uses } = partsOfTemplate(template);
        const rendered = renderTemplate(template, { question, context: 'ccc', history: 'hh' });
        const filledIn = uses.question * question.length + uses.context * 3 + uses.history * 2;
        expect(rendered).toHaveLength(text.length + filledIn);
      }),
    );
  });
});

describe('the time a template takes', () => {
  // A pattern that goes back over what it has read would need minutes for these, not milliseconds.
  const LENGTH = 1_000_000;
  it.each([
    ['opening braces', '{'.repeat(LENGTH)],
    ['pairs of opening braces and blanks', '{{ '.repeat(LENGTH / 3)],
    ['one opening and blanks', `{{${' '.repeat(LENGTH)}`],
    ['one opening and a long name', `{{${'a'.repeat(LENGTH)}`],
    ['a name and blanks', `{{a${' '.repeat(LENGTH)}`],
    ['a long name, blanks and one brace', `{{${'a'.repeat(LENGTH / 2)}${' '.repeat(LENGTH / 2)}}`],
    ['half a placeholder, again and again', '{{question}'.repeat(LENGTH / 11)],
  ])('grows with its length only: %s', (_, template) => {
    expect(renderTemplate(template, VALUES)).toHaveLength(template.length);
    expect(renderInline(template, VALUES).length).toBeGreaterThan(0);
    expect(describeTemplateFault(template)).toBeNull();
  });
});
