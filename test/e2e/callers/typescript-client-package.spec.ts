import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { answer } from '../../support/model/model-server.answers.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';

const run = promisify(execFile);

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PACKAGE = join(ROOT, 'clients', 'typescript');
const MODULES = join(ROOT, 'node_modules');

/** Of npm and the compiler: the tests' own options of Node are none of theirs. */
const ENVIRONMENT = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

/** Compiles only when what the package promises is typed as it promises it. */
const PROGRAM = `
import { createChatClient, ProblemError, type AnswerEvent, type Answer, type ErrorCode } from 'llm-chat-client';

declare const process: { readonly argv: readonly string[] };
const [, , baseUrl = '', key = ''] = process.argv;
const client = createChatClient({ baseUrl, key });

function describe(event: AnswerEvent): string {
  switch (event.type) {
    case 'started': return event.conversationId ?? event.chatId;
    case 'sources': return event.sources.map(({ metadata }) => metadata.source).join();
    case 'text': return event.text;
    case 'reasoning': return event.reasoning;
    case 'retrying': case 'break': return event.type;
    case 'reconnecting': return String(event.delayMs);
    case 'completed': return event.answer.finishReason satisfies
      'stop' | 'length' | 'content_filter' | 'tool_calls' | 'cancelled';
  }
}

const seen: string[] = [];
const pending = client.ask({ query: 'q', conversation_id: 'c1' });
for await (const event of pending) seen.push(describe(event));
const answer: Answer = await pending;
const { text }: { text: string } = await client.ask({ question: 'q', uid: 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935' });
const { stars } = await client.feedback({ chat_id: answer.chatId, uid: 'u', stars: 5 });
stars satisfies number | null;
const code: ErrorCode | undefined = await client.receipt('unknown').then(
  () => undefined,
  (error: unknown) => (error instanceof ProblemError ? error.code : undefined),
);
console.log(JSON.stringify([seen, answer.text, text, stars, code]));

// @ts-expect-error A question of both variants is none.
void (() => client.ask({ query: 'q', question: 'q', uid: 'u' }));
// @ts-expect-error Variant B wants the end user.
void (() => client.ask({ question: 'q' }));
// @ts-expect-error What is not in the document is in no type.
void (async () => (await client.receipt('x')).nothing);
`;

/** Real: npm, the compiler, the package as it would be published, the service. Stand-in: the model. No database matters. */
describe('The package of the TypeScript client', () => {
  let folder: string;
  let files: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'client-package-'));
    const options = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const { stdout } = await run('npm', options, { cwd: PACKAGE, env: ENVIRONMENT });
    const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
    files = packed.files.map(({ path }) => path).sort();
    const unpacked = join(folder, 'node_modules', 'llm-chat-client');
    mkdirSync(unpacked, { recursive: true });
    await run('tar', ['-xzf', join(folder, packed.filename), '-C', unpacked, '--strip-components=1']);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What the compiler says of a program that uses the package; '' when it says nothing. */
  async function compile(program: string, compilerOptions: object): Promise<string> {
    writeFileSync(join(folder, 'program.ts'), program);
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { strict: true, ...compilerOptions }, files: ['program.ts'] }),
    );
    const compiler = join(MODULES, 'typescript', 'bin', 'tsc');
    return run(process.execPath, [compiler, '--project', folder], { env: ENVIRONMENT }).then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    );
  }

  const BROWSER = {
    target: 'es2022',
    module: 'preserve',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: [],
    noEmit: true,
  };
  const NODE = {
    target: 'es2022',
    module: 'nodenext',
    lib: ['es2022'],
    types: ['node'],
    typeRoots: [join(MODULES, '@types')],
  };

  it('has the built modules, their types, a readme and the license, and nothing else', () => {
    const sources = readdirSync(join(PACKAGE, 'src'), { recursive: true, encoding: 'utf8' });
    const names = sources
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
      .map((name) => name.replace(/\.ts$/, ''));
    expect(names).toContain('chat-client');
    const built = names.flatMap((name) => [`dist/${name}.js`, `dist/${name}.d.ts`]);
    const rest = ['LICENSE', 'README.md', 'README.zh-CN.md', 'package.json'];
    expect(files).toEqual([...built, ...rest].sort());
  });

  it('depends on nothing, and is licensed as the service is', () => {
    const read = (path: string) => readFileSync(join(PACKAGE, path), 'utf8');
    const manifest = JSON.parse(read('package.json')) as Record<string, unknown>;
    for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies'])
      expect(manifest).not.toHaveProperty(kind);
    const service = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect([manifest['license'], manifest['version']]).toEqual([service['license'], service['version']]);
    expect(read('LICENSE')).toBe(readFileSync(join(ROOT, 'LICENSE'), 'utf8'));
  });

  it('compiles for browsers', async () => {
    expect(await compile(PROGRAM, { ...BROWSER, lib: [...BROWSER.lib, 'dom.asynciterable'] })).toBe('');
  });

  it.each(['README.md', 'README.zh-CN.md'])('has examples in %s that compile', async (readme) => {
    const text = readFileSync(join(PACKAGE, readme), 'utf8');
    const [first = '', ...others] = Array.from(
      text.matchAll(/^```ts\n([\s\S]+?)^```$/gm),
      ([, code = '']) => code,
    );
    expect(others.length).toBeGreaterThan(3);
    const functions = others.map((code, index) => `export async function example${index}() {\n${code}}\n`);
    const given = 'declare const show: (...shown: unknown[]) => void;\ndeclare const uid: string;\n';
    expect(await compile([given, first, ...functions].join('\n'), BROWSER)).toBe('');
  });

  it('compiles for Node.js, and works there', async () => {
    expect(await compile(PROGRAM.replace(/^declare const process.*$/m, ''), NODE)).toBe('');
    const { model, service } = await startServiceWithModel();
    model.always(answer(['One. ', '二。']));
    const program = join(folder, 'program.js');
    const { stdout } = await run(process.execPath, [program, service.url, service.key], { env: ENVIRONMENT });
    await stopServiceWithModel({ model, service });
    expect(JSON.parse(stdout)).toEqual([
      ['c1', 'One. ', '二。', 'stop'],
      'One. 二。',
      'One. 二。',
      5,
      'not_found',
    ]);
  }, 60_000);
});
