import { isTemplateName } from './template-name.js';

describe('isTemplateName', () => {
  it.each([
    'default',
    'a',
    '...',
    '.hidden',
    'v1.2_x-y',
    '翻译',
    'Ünïcode',
    'x'.repeat(100),
    '𠀀'.repeat(100),
    '__proto__',
  ])('takes %s', (name) => {
    expect(isTemplateName(name)).toBe(true);
  });

  it.each([
    '',
    '.',
    '..',
    'a b',
    'a/b',
    'a\\b',
    'a\u0000',
    'a\n',
    '\ud800',
    'x\udc00',
    '{{a}}',
    "a'b",
    '😀',
    'x'.repeat(101),
  ])('refuses %j', (name) => {
    expect(isTemplateName(name)).toBe(false);
  });
});
