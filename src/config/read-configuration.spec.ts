import { faultsOf } from '../../test/support/programs/configuration-faults.js';
import { parseEnvironment } from './environment.js';

describe('DATABASE', () => {
  const url = { DATABASE_URL: 'postgres://u:p@db/chat' };

  it('chooses the embedded database by name', () => {
    expect(parseEnvironment({ DATABASE: 'embedded' }).database.kind).toBe('embedded');
    expect(parseEnvironment({ DATABASE: 'postgres', ...url }).database.kind).toBe('postgres');
  });

  it('refuses to fall back to the embedded database where it is postgres, as in the image', () => {
    expect(faultsOf({ DATABASE: 'postgres' })).toEqual([
      expect.stringMatching(/^DATABASE_URL: is needed .*DATABASE=embedded/),
    ]);
  });

  it('refuses two databases', () => {
    expect(faultsOf({ DATABASE: 'embedded', ...url })).toEqual([expect.stringMatching(/^DATABASE: /)]);
  });
});

describe('a file .env', () => {
  it('that begins with a byte order mark keeps its first variable', () => {
    expect(parseEnvironment({ '\uFEFFPORT': '8080' }).http.port).toBe(8080);
    expect(parseEnvironment({ '\uFEFFPORT': '8080', PORT: '9090' }).http.port).toBe(9090);
  });

  it('that is UTF-16 is refused by name', () => {
    expect(faultsOf({ '\uFFFD\uFFFDP': '' })).toEqual([expect.stringMatching(/^\.env: .*UTF-8/)]);
  });
});
