import { canonicalReference, isLabel, keptNames, parseReference } from './template-reference.js';

describe('parseReference', () => {
  it.each([
    ['translate', { kind: 'label', label: 'production' }],
    ['translate@production', { kind: 'label', label: 'production' }],
    ['translate@staging', { kind: 'label', label: 'staging' }],
    ['translate@v3', { kind: 'label', label: 'v3' }],
    ['translate@候选', { kind: 'label', label: '候选' }],
    ['translate@Latest', { kind: 'label', label: 'Latest' }],
    ['translate@1.2', { kind: 'label', label: '1.2' }],
    ['translate@-1', { kind: 'label', label: '-1' }],
    ['translate@1', { kind: 'version', version: 1 }],
    ['translate@2147483647', { kind: 'version', version: 2_147_483_647 }],
    ['translate@latest', { kind: 'latest' }],
  ])('reads %s', (text, at) => {
    expect(parseReference(text)).toEqual({ name: 'translate', at });
  });

  it.each([
    'translate@',
    'translate@0',
    'translate@03',
    'translate@2147483648',
    'translate@99999999999999999999',
    'translate@٣',
    'translate@a b',
    'translate@a@b',
    'translate@@',
    'translate@..',
    'translate@a\u0000',
    'translate@\ud800',
    `translate@${'x'.repeat(51)}`,
  ])('finds a template, and no version, in %j', (text) => {
    expect(parseReference(text)).toEqual({ name: 'translate', at: null });
  });

  it.each(['', '@', '@3', 'a b', '..@3', '\u0000@production'])('finds no template in %j', (text) => {
    expect(parseReference(text)).toBeNull();
  });
});

describe('isLabel', () => {
  it.each(['production', 'a', '3a', '...', 'v1.2_x-y', '候选', 'x'.repeat(50), '𠀀'.repeat(50), '__proto__'])(
    'takes %s',
    (label) => expect(isLabel(label)).toBe(true),
  );

  it.each(['', 'latest', '3', '003', '٣', '.', '..', 'a@b', 'a b', 'a/b', 'a\n', 'x'.repeat(51), '😀'])(
    'refuses %j',
    (label) => expect(isLabel(label)).toBe(false),
  );
});

describe('canonicalReference', () => {
  it.each([
    ['translate', 'translate'],
    ['translate@production', 'translate'],
    ['translate@3', 'translate@3'],
    ['translate@latest', 'translate@latest'],
    ['llm_chat', 'default'],
    ['llm_chat@production', 'default'],
    ['general_chat', 'default'],
    ['py', 'default'],
    ['llm_chat@beta', 'default@beta'],
    ['translate@', 'translate@'],
    ['a b@production', 'a b@production'],
  ])('says %s as %s', (text, canonical) => {
    expect(canonicalReference(text)).toBe(canonical);
  });
});

describe('keptNames', () => {
  it.each([
    ['translate', ['translate']],
    ['translate@3', ['translate']],
    ['llm_chat', ['llm_chat', 'default']],
    ['llm_chat@3', ['llm_chat', 'default']],
    ['a b', ['a b']],
  ])('of %s are %j', (text, names) => {
    expect(keptNames(text)).toEqual(names);
  });
});
