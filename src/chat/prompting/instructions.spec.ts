import { describeSizeFault, type Instructions, readsContext } from './instructions.js';

const template = (text: string): Instructions => ({ kind: 'template', text });
const inline = (text: string): Instructions => ({ kind: 'inline', text });
const CONTEXT_TOKENS = 8_192;

describe('readsContext', () => {
  it('is true of what names the passages, and of instructions of a request', () => {
    expect(readsContext({ kind: 'template', text: 'a {{context}}' })).toBe(true);
    expect(readsContext({ kind: 'template', text: 'a {context}' })).toBe(false);
    expect(readsContext({ kind: 'inline', text: 'a' })).toBe(true);
  });
});

describe('describeSizeFault', () => {
  const long = '数'.repeat(32_000);

  it.each([
    ['a template that repeats a long question', template('{{question}}'.repeat(2_660)), long],
    ['the same by its alias', template('{{input}}{{ question }}'), long],
    ['instructions of a request that do', inline('{question}'.repeat(800)), 'x'.repeat(32_000)],
    ['passages again and again', inline('{context}'.repeat(888)), 'x'],
    ['a text that is longer than the context by itself', template('字'.repeat(10_000)), 'x'],
  ])('refuses %s', (_, instructions, question) => {
    expect(describeSizeFault(instructions, { question }, CONTEXT_TOKENS)).toMatch(
      /is too long: filled in, it adds/,
    );
  });

  it.each([
    ['one use of a question that is itself too long', template('{{question}}'), long],
    ['both variables once', inline('{context} {question}'), long],
    ['many uses of a short question', template('{{question}}'.repeat(2_660)), 'a'],
    ['the passages twice', template('{{context}} {{context}}'), 'a'],
    [
      'a text in which nothing is filled in',
      { kind: 'verbatim', text: '{question}'.repeat(9_000) },
      long,
    ] as const,
  ])('accepts %s', (_, instructions, question) => {
    expect(describeSizeFault(instructions, { question }, CONTEXT_TOKENS)).toBeNull();
  });

  it('bounds what a model with a large context is sent, too', () => {
    expect(
      describeSizeFault(template('{{question}}'.repeat(100)), { question: long }, 10_000_000),
    ).not.toBeNull();
  });

  it('counts passages that are given', () => {
    const texts = { question: 'x', context: 'x'.repeat(100_000) };
    expect(describeSizeFault(template('{{context}}'), texts, CONTEXT_TOKENS)).toBeNull();
    expect(describeSizeFault(template('{{context}}'.repeat(2)), texts, CONTEXT_TOKENS)).not.toBeNull();
  });
});
