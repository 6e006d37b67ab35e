import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Pages that are there in English and in Chinese. */
const PAIRS: [english: string, chinese: string][] = [
  ['README.md', 'README.zh-CN.md'],
  ['docs/troubleshooting.md', 'docs/troubleshooting.zh-CN.md'],
  ['docs/models.md', 'docs/models.zh-CN.md'],
  ['docs/openai-clients.md', 'docs/openai-clients.zh-CN.md'],
  ['clients/typescript/README.md', 'clients/typescript/README.zh-CN.md'],
  ...readdirSync(join(ROOT, 'docs', 'guide', 'en')).map((name): [string, string] => [
    `docs/guide/en/${name}`,
    `docs/guide/zh/${name}`,
  ]),
];

/** Code blocks out, for what looks like a heading in them is a comment of a shell. */
function withoutBlocks(text: string): string {
  return text.replaceAll(/^```[\s\S]+?^```$/gm, '```');
}

/** The depth of each heading, in order: `2 3 3 2`. */
function sectionsOf(text: string): string {
  return Array.from(withoutBlocks(text).matchAll(/^(#+) /gm), ([, marks = '']) => marks.length).join(' ');
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

/** The npm commands that the text names, in blocks and in sentences, without their arguments. */
function commandsOf(text: string): string[] {
  return unique(text.match(/\bnpm (?:ci|start|test|run [\w:-]+)|\bnode dist\/[\w/.-]+/g) ?? []);
}

/** What is between backticks and begins as a path or with methods, such as `PUT DELETE /api/prompts/{name}`. */
function routesOf(text: string): string[] {
  const spans = Array.from(withoutBlocks(text).matchAll(/`([^`\n]+)`/g), ([, span = '']) => span);
  return unique(spans.filter((span) => /^(?:(?:GET|POST|PUT|PATCH|DELETE) )*(?:\/|…\/)\S*$/.test(span)));
}

/** Names of variables, headers' and members' in backticks, the same in every language. */
function variablesOf(text: string): string[] {
  const spans = Array.from(text.matchAll(/`([^`\n]+)`/g), ([, span = '']) => span);
  return unique(spans.filter((span) => /^[A-Z][A-Z\d]*_[A-Z\d_]+$/.test(span)));
}

/** Files of this repository that the text links to; those of the other language count as the same. */
function filesOf(text: string): string[] {
  const links = Array.from(text.matchAll(/\]\(([^)#]+)/g), ([, link = '']) => link);
  return unique(links.filter((link) => !/^\w+:/.test(link)));
}

describe.each(PAIRS)('%s and %s', (english, chinese) => {
  const [first, second] = [read(english), read(chinese)];

  it('have the same sections', () => {
    expect(sectionsOf(second)).toBe(sectionsOf(first));
  });

  it('name the same commands', () => {
    expect(commandsOf(second)).toEqual(commandsOf(first));
  });

  it('name the same routes', () => {
    expect(routesOf(second)).toEqual(routesOf(first));
  });

  it('name the same variables', () => {
    expect(variablesOf(second)).toEqual(variablesOf(first));
  });
});

describe.each(PAIRS.flat())('%s', (file) => {
  it('links to files that are there', () => {
    const missing = filesOf(read(file)).filter((link) => !existsSync(join(ROOT, dirname(file), link)));
    expect(missing).toEqual([]);
  });

  it('names scripts that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = commandsOf(read(file)).flatMap((command) => /^npm run (\S+)$/.exec(command)?.[1] ?? []);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
