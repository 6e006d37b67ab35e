import { execFile, spawnSync } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { answer } from '../support/model/model-server.answers.js';
import type { ModelServer } from '../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../support/service/service-with-model.js';
import type { TestService } from '../support/service/service.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';
/** What is built is kept here between runs. */
const CACHE = process.env['RECONNECTING_CACHE'] ?? join(homedir(), '.cache/llm-chat-service/reconnecting');

const run = promisify(execFile);
const isThere = (...commands: string[]) =>
  commands.every((command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0);

interface Library {
  readonly name: string;
  readonly needs: readonly string[];
  readonly folder: string;
  /** @returns the command that reads, to be called with a URL, a key and a body */
  readonly build: (folder: string) => Promise<readonly string[]>;
  /** Whether 204 ends it; what it does not end waits longer each time. */
  readonly stops: boolean;
}

const LIBRARIES: readonly Library[] = [
  {
    name: 'go-sse',
    needs: ['go'],
    folder: 'go',
    stops: true,
    build: async (cwd) => {
      await run('go', ['build', '-o', join(CACHE, 'go-sse'), '.'], { cwd });
      return [join(CACHE, 'go-sse')];
    },
  },
  {
    name: 'reqwest-eventsource',
    needs: ['cargo'],
    folder: 'rust',
    stops: true,
    build: async (cwd) => {
      await run('cargo', ['build', '--target-dir', join(CACHE, 'rust')], { cwd });
      return [join(CACHE, 'rust/debug/reconnecting')];
    },
  },
  {
    name: 'okhttp-eventsource',
    needs: ['java', 'mvn'],
    folder: 'java',
    stops: false,
    build: async (cwd) => {
      const jars = join(CACHE, 'java');
      await run('mvn', ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`], { cwd });
      return ['java', '-cp', `${jars}/*`, join(cwd, 'Main.java')];
    },
  },
];

/** Each reads for 12 s at most. Real: the libraries as they are published, and the complete service. Stand-in: the model. */
describe.each(LIBRARIES)('$name', ({ name, needs, folder, build, stops }) => {
  let model: ModelServer;
  let service: TestService;
  let command: readonly string[];
  const statuses: number[] = [];

  const test = isThere(...needs) ? it : it.skip;

  beforeAll(async () => {
    if (!isThere(...needs)) return;
    command = await build(join(import.meta.dirname, folder));
    ({ model, service } = await startServiceWithModel());
    model.always(answer('an answer'));
    service.app.getHttpServer().on('request', (_request: unknown, response: ServerResponse) => {
      response.once('finish', () => statuses.push(response.statusCode));
    });
  });
  afterAll(async () => {
    if (isThere(...needs)) await stopServiceWithModel({ model, service });
  });

  test.each([
    ['/chat/stream', { query: 'q' }, 1],
    ['/api/chat', { question: 'q', uid: UID }, 2],
  ])('gets one answer on %s, its end again, and then nothing', async (path, body, repeats) => {
    statuses.length = 0;
    const calls = model.requests.length;
    const [program = '', ...args] = command;
    const { stdout } = await run(program, [...args, service.url + path, service.key, JSON.stringify(body)]);
    expect(stdout.match(/an answer/g)).toHaveLength(1);
    expect(model.requests.length).toBe(calls + 1);
    process.stdout.write(`${name} ${path}: ${statuses.join(' ')}\n`);
    const replays = Array.from({ length: 1 + repeats }, () => 200);
    expect(statuses.slice(0, repeats + 2)).toEqual([...replays, 204]);
    // Within a minute nothing is sent again.
    expect(statuses.slice(repeats + 2).every((status) => status === 204)).toBe(true);
    if (stops) expect(statuses).toHaveLength(repeats + 2);
  });
});
