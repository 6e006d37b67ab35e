import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { environmentSchema, parseEnvironment } from '../../src/config/environment.js';

const NAMES = Object.keys(environmentSchema.shape).sort();

/** Each variable's default as it is written in a file; a variable without one is empty there. */
const DEFAULTS = defaults();

function defaults(): Record<string, string> {
  const parsed = environmentSchema.parse({}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(NAMES.map((name) => [name, asText(parsed[name])]));
}

function asText(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Error('A default of a kind that this test does not know');
}

function read(file: string): string {
  return readFileSync(join(import.meta.dirname, '..', '..', file), 'utf8');
}

/** The rows ``| `NAME` | `default` | meaning |`` of every table; a default of — is none. */
function rowsOf(markdown: string): [name: string, fallback: string][] {
  const rows = markdown.matchAll(/^\| `([A-Z][A-Z\d_]+)` \| (?:`([^`]*)`|—) \| [^|]+ \|$/gm);
  return Array.from(rows, ([, name = '', fallback = '']) => [name, fallback]);
}

describe('.env.example', () => {
  const text = read('.env.example');
  const variables = parseEnv(text) as Readonly<Record<string, string>>;

  it('names every variable that the service reads, and no other', () => {
    expect(Object.keys(variables).sort()).toEqual(NAMES);
  });

  it('gives each its default', () => {
    expect(variables).toEqual(DEFAULTS);
  });

  it('is a configuration: the same as none', () => {
    expect(parseEnvironment(variables)).toEqual(parseEnvironment({}));
  });

  it('says in a line above each what it is', () => {
    const lines = text.split('\n');
    const unexplained = lines.filter(
      (line, index) => /^\w+=/.test(line) && !/^# \w/.test(lines[index - 1] ?? ''),
    );
    expect(unexplained).toEqual([]);
  });
});

describe.each(['README.md', 'README.zh-CN.md'])('%s', (file) => {
  const text = read(file);

  it('lists every variable that the service reads once, and no other', () => {
    const names = rowsOf(text).map(([name]) => name);
    expect(names.sort()).toEqual(NAMES);
  });

  it('gives the default of each', () => {
    expect(Object.fromEntries(rowsOf(text))).toEqual(DEFAULTS);
  });

  it('shows a models file that the service takes', () => {
    const [, example = ''] = /^```yaml\n(models:[\s\S]+?)^```$/m.exec(text) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'models-file-'));
    try {
      const path = join(folder, 'models.yaml');
      writeFileSync(path, example);
      const keys = Array.from(
        example.matchAll(/api_key_env: (\w+)/g),
        ([, name = '']) => [name, 'a-key'] as const,
      );
      const { models } = parseEnvironment({ ...Object.fromEntries(keys), LLM_MODELS_FILE: path }).llm;
      expect(models.length).toBeGreaterThan(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('What sets the variables of a container', () => {
  interface Compose {
    readonly services: Readonly<Record<string, { readonly environment: Readonly<Record<string, unknown>> }>>;
  }

  it('names only variables that the service reads, in docker-compose.yml', () => {
    const { services } = parse(read('docker-compose.yml')) as Compose;
    const names = Object.keys(services['chat']?.environment ?? {});
    expect(names).toContain('DATABASE_URL');
    expect(NAMES).toEqual(expect.arrayContaining(names));
  });

  it('names only variables that the service, or Node, reads, in the Dockerfile', () => {
    const names = Array.from(
      read('Dockerfile').matchAll(/^(?:ENV| {3}) ([A-Z][A-Z\d_]*)=/gm),
      ([, name]) => name,
    );
    expect(names).toContain('HOST');
    expect(NAMES).toEqual(expect.arrayContaining(names));
  });
});
