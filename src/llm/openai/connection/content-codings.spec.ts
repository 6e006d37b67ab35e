import { contentCodings } from './content-codings.js';

describe('contentCodings', () => {
  it.each([undefined, '', 'identity', 'Identity', 'none', 'utf-8', 'UTF-8, none', ['identity', 'none']])(
    'takes %j for plain',
    (header) => {
      expect(contentCodings(header)).toEqual([]);
    },
  );

  it.each<[string | string[], string[]]>([
    ['GZip', ['gzip']],
    ['identity, br', ['br']],
    [['none', 'zstd'], ['zstd']],
    ['deflate,gzip', ['deflate', 'gzip']],
    ['compress', ['compress']],
  ])('reads %j', (header, codings) => {
    expect(contentCodings(header)).toEqual(codings);
  });
});
