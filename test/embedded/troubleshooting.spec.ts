import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { refuseOldNode } from '../../src/common/node-version.js';
import type { Environment } from '../../src/config/environment.js';
import {
  type ChildService,
  databaseVariables,
  runChild,
  startChild,
  startChildService,
} from '../support/programs/child-service.js';
import { createTestDatabase, emptyFolder, type TestDatabase } from '../support/database/database.js';

jest.setTimeout(120_000);

// Real: the service and its commands in processes of their own, and HTTP servers for models.

const ROOT = join(import.meta.dirname, '..', '..');

const PAGES = ['docs/troubleshooting.md', 'docs/troubleshooting.zh-CN.md'].map((file) =>
  readFileSync(join(ROOT, file), 'utf8'),
);

/** Both pages show these lines, with any text between them. */
function expectShown(printed: string): void {
  for (const line of printed.trimEnd().split('\n'))
    for (const page of PAGES) expect(page).toContain(`\n${line}\n`);
}

/** As a terminal has it, without the process and the time: `   WARN [Start] message`. */
function onTerminal(output: string, level: string): string {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  const records = lines.map(
    (line) => JSON.parse(line) as { level: string; context: string; message: string },
  );
  const wanted = records.filter((record) => record.level === level);
  return wanted
    .map(({ context, message }) => `${level.toUpperCase().padStart(7)} [${context}] ${message}`)
    .join('\n');
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Has qwen3:8b under /v1, and nothing elsewhere. */
const models: RequestListener = (request, response) => {
  if (request.url === '/v1/models') response.end('{"object":"list","data":[{"id":"qwen3:8b"}]}');
  else response.writeHead(404).end();
};

describe('The pages on troubleshooting show what is printed', () => {
  let database: TestDatabase;
  let folder: ReturnType<typeof emptyFolder>;
  let service: ChildService;
  let port: number;
  let warnings: string;
  const modelServer = createHttpServer(models);
  const lockedServer = createHttpServer((_request, response) => response.writeHead(401).end());

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = emptyFolder();
    port = await listen(modelServer);
    const locked = await listen(lockedServer);
    const entries = [
      '{ name: unreachable, model: "qwen3:8b", base_url: "http://127.0.0.1:1/v1" }',
      `{ name: bare, model: "qwen3:8b", base_url: "http://127.0.0.1:${port}" }`,
      `{ name: unknown, model: qwen3, base_url: "http://127.0.0.1:${port}/v1" }`,
      `{ name: locked, model: "qwen3:8b", base_url: "http://127.0.0.1:${locked}/v1" }`,
    ];
    const file = join(folder.path, 'models.yaml');
    writeFileSync(file, `models:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`);
    const environment = { ...databaseVariables(database.config), LLM_MODELS_FILE: file, DATABSE_URL: 'x' };
    service = await startChildService({ environment });
    // The pages have one model and usual ports where this test has four and free ones.
    warnings = onTerminal(service.output(), 'warn')
      .replaceAll(/Model (?:unreachable|bare|locked):/g, 'Model qwen3:8b:')
      .replaceAll('Model unknown:', 'Model qwen3:')
      .replaceAll('base_url in the file of models', 'LLM_BASE_URL')
      .replaceAll('api_key_env or api_key_file in the file of models', 'LLM_API_KEY')
      .replaceAll('model in the file of models', 'LLM_MODEL')
      .replaceAll('127.0.0.1:1/', '127.0.0.1:11435/')
      .replaceAll(new RegExp(`:(?:${port}|${locked})\\b`, 'g'), ':11434');
  });

  afterAll(async () => {
    await service.stop();
    modelServer.close();
    lockedServer.close();
    folder.remove();
    await database.drop();
  });

  it('of model servers, and of a misspelled variable', () => {
    expect(warnings.split('\n')).toHaveLength(5);
    expectShown(warnings);
  });

  it.each<[string, Environment]>([
    ['a misspelled variable', { LLM_BASEURL: 'http://127.0.0.1:11434/v1', LLM_MODEL: 'qwen3:8b' }],
    ['a password', { DATABASE_URL: 'postgres://chat:p@ss#word@127.0.0.1:5432/chat' }],
    ['a container', { DATABASE: 'postgres' }],
  ])('of a configuration that is not valid: %s', async (_, environment) => {
    const { code, stderr } = await runChild(['dist/main.js'], { ...environment, DATA_DIR: folder.path });
    expect(code).toBe(1);
    expectShown(stderr);
  });

  it('of a port in use', async () => {
    const { stderr } = await runChild(['dist/main.js'], { PORT: String(port), DATA_DIR: folder.path });
    expectShown(stderr.replace(String(port), '3000'));
  });

  it('of a database that cannot be reached', async () => {
    const environment = { DATABASE_URL: 'postgres://chat:secret@127.0.0.1:1/chat', PORT: '0' };
    const child = await startChild(['dist/main.js'], { environment });
    await child.says(/cannot be reached yet/);
    await child.stop();
    const said = ['log', 'warn'].map((level) => onTerminal(child.output(), level)).join('\n');
    expectShown(said.replaceAll(/127\.0\.0\.1:1\b/g, '127.0.0.1:5433'));
  });

  it('of a command on another database', async () => {
    const running = new URL(service.url).port;
    const { stderr } = await runChild(['dist/cli.js', 'client:add', 'my-team'], { PORT: running });
    expectShown(stderr.replace(ROOT, '/srv/llm-chat').replace(running, '3000'));
  });

  it('of an old Node.js', () => {
    jest.spyOn(process, 'exit').mockReturnValue(undefined as never);
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    refuseOldNode('20.20.2');
    const printed = String(write.mock.calls[0]?.[0]);
    jest.restoreAllMocks();
    expectShown(printed);
  });
});
