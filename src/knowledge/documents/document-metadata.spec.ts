import fc from 'fast-check';
import { describeMetadataFault } from './document-metadata.js';

describe('the metadata of a document', () => {
  it.each([[{}], [{ a: 'x', b: 1.5, c: true, d: null }], [{ toString: 'x', constructor: 'y', 名: '值' }]])(
    'may be flat: %j',
    (value) => {
      expect(describeMetadataFault(value)).toBeNull();
    },
  );

  it.each([
    ['a text', 'x', /object/],
    ['a list', [], /object/],
    ['nothing', null, /object/],
    ['an object in it', { a: {} }, /flat/],
    ['a list in it', { a: [] }, /flat/],
    ['NUL in a value', { a: 'x\u0000' }, /NUL/],
    ['NUL in a name', { 'a\u0000': 1 }, /NUL/],
    ['half a character in a name', { '\ud800': 1 }, /NUL/],
    ['half a character in a value', { a: '\udc00' }, /NUL/],
    ['a number that JSON reads as infinite', { a: JSON.parse('1e400') as number }, /too large/],
    ['too many bytes', { a: '字'.repeat(5460) }, /16384 bytes/],
  ])('must not be, or have, %s', (_, value, fault) => {
    expect(describeMetadataFault(value)).toMatch(fault);
  });

  it('is refused without repeating what was sent', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => describeMetadataFault(value)).not.toThrow();
      }),
    );
    expect(describeMetadataFault({ secret: ['hunter2'] })).not.toMatch(/secret|hunter2/);
  });
});
