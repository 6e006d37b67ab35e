import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const DOCUMENTS = globSync(['*.md', 'docs/**/*.md', 'clients/*/*.md'], { cwd: ROOT }).sort();
const DECISIONS = DOCUMENTS.filter((file) => file.startsWith('docs/adr/'));

/** Code blocks out: their paths are those of an example. */
function proseOf(file: string): string {
  return read(file).replaceAll(/^```[\s\S]+?^```$/gm, '');
}

/** Paths of this repository in backticks, such as `src/auth/wrong-keys.spec.ts`; a pattern counts as well. */
function pathsOf(text: string): string[] {
  const spans = text.matchAll(/`((?:src|test|tools|scripts|docs|clients|deploy)\/[\w./*-]+)`/g);
  return Array.from(spans, ([, path = '']) => path);
}

const isMissing = (path: string): boolean => globSync(path, { cwd: ROOT }).length === 0;

describe.each(DOCUMENTS)('%s', (file) => {
  it('names paths that exist', () => {
    expect(pathsOf(proseOf(file)).filter(isMissing)).toEqual([]);
  });

  it('links to files that exist', () => {
    const links = Array.from(proseOf(file).matchAll(/\]\(([^)#]+)/g), ([, link = '']) => link);
    const local = links.filter((link) => !/^\w+:/.test(link));
    expect(local.filter((link) => !existsSync(join(ROOT, dirname(file), link)))).toEqual([]);
  });
});

/** What the last line of a decision names: paths, npm commands, and rules of `.dependency-cruiser.cjs` or ESLint. */
function checksOf(decision: string): string[] {
  const [, line = ''] = /\nChecked by: (.+)\.\n$/.exec(decision) ?? [];
  return Array.from(line.matchAll(/`([^`]+)`/g), ([, name = '']) => name);
}

function isCheck(name: string): boolean {
  if (name.includes('/')) return !isMissing(name);
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  if (name.startsWith('npm run ')) return name.replace('npm run ', '') in scripts;
  const rules = read('.dependency-cruiser.cjs') + read('eslint.config.js');
  return rules.includes(`'${name}'`);
}

describe.each(DECISIONS)('%s', (file) => {
  it('ends with rules and tests that check it, and that exist', () => {
    const checks = checksOf(read(file));
    expect(checks.length).toBeGreaterThan(0);
    expect(checks.filter((name) => !isCheck(name))).toEqual([]);
  });

  it('is in the index', () => {
    expect(read('docs/README.md')).toContain(`](${file.replace('docs/', '')})`);
  });
});

describe('The version', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const versionIn = (file: string): unknown => (JSON.parse(read(file)) as { version?: unknown }).version;

  it('of package.json is that of the OpenAPI document, the TypeScript client and the lockfile', () => {
    const { info } = JSON.parse(read('openapi.json')) as { info: { version: string } };
    expect([
      info.version,
      versionIn('clients/typescript/package.json'),
      versionIn('package-lock.json'),
    ]).toEqual([version, version, version]);
  });

  it('is in the changelog, in the manifests and in the commands that install the client', () => {
    expect(read('CHANGELOG.md')).toContain(`\n## [${version}] - `);
    expect(read('deploy/kubernetes/kustomization.yaml')).toContain(`newTag: ${version}\n`);
    for (const file of ['README.md', 'README.zh-CN.md', 'clients/typescript/README.md'])
      expect(read(file)).toContain(`llm-chat-client-${version}.tgz`);
  });
});
