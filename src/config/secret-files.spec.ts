import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultsOf } from '../../test/support/programs/configuration-faults.js';
import { parseEnvironment } from './environment.js';

describe('a secret in a file', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'secrets-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function file(content: string): string {
    const path = join(folder, 'secret');
    writeFileSync(path, content);
    return path;
  }

  it('is read, without the line end and the byte order mark around it', () => {
    const url = file('\uFEFFpostgres://u:p@db/chat\r\n');
    expect(parseEnvironment({ DATABASE_URL_FILE: url }).database).toMatchObject({
      kind: 'postgres',
      url: 'postgres://u:p@db/chat',
    });
    const model = { LLM_BASE_URL: 'http://models.example/v1', LLM_MODEL: 'm' };
    const { models } = parseEnvironment({ ...model, LLM_API_KEY_FILE: file('sk-1\n') }).llm;
    expect(models[0]?.targets[0]?.apiKey).toBe('sk-1');
  });

  it.each(['DATABASE_URL', 'LLM_API_KEY'])('is refused with more than one line: %s_FILE', (name) => {
    expect(faultsOf({ [`${name}_FILE`]: file('hunter2\nsecond\n') })).toEqual([
      `${name}_FILE: names a file that has more than one line`,
    ]);
  });

  it('may hold several keys, one a line', () => {
    const keys = ['first', 'second'].map((name) => ({ clientName: name, key: `${name}-${'k'.repeat(40)}` }));
    const text = keys.map(({ clientName, key }) => `${clientName}=${key}\n`).join('');
    expect(parseEnvironment({ API_KEYS_FILE: file(text) }).auth.apiKeys).toEqual(keys);
  });

  it.each(['DATABASE_URL', 'API_KEYS', 'LLM_API_KEY'])('is refused by name: %s_FILE', (name) => {
    const variable = `${name}_FILE`;
    const missing = join(folder, 'hunter2');
    expect(faultsOf({ [variable]: missing })).toEqual([
      `${variable}: names a file that cannot be read (ENOENT)`,
    ]);
    expect(faultsOf({ [variable]: folder })).toEqual([
      `${variable}: names a file that cannot be read (EISDIR)`,
    ]);
    expect(faultsOf({ [variable]: file(' \n') })).toEqual([`${variable}: names a file that is empty`]);
    expect(faultsOf({ [variable]: missing, [name]: 'x' })).toContain(
      `${variable}: is given twice, with _FILE added to its name and without`,
    );
  });
});
