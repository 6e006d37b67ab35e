import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Frame } from '../service/sse.js';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..', '..');
const MODULES = join(ROOT, 'node_modules');

/** Of the tools' processes: the tests' own options of Node are none of theirs. */
const ENVIRONMENT = { PATH: process.env['PATH'] };

/** What a call of a generated operation takes, of what these tests use. */
export interface CallOptions {
  readonly baseUrl: string;
  readonly auth: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
}

/** The same of an operation that streams: its options beyond those of `fetch` are documented by the generator. */
export interface StreamOptions extends CallOptions {
  readonly signal?: AbortSignal;
  readonly sseDefaultRetryDelay?: number;
  readonly sseMaxRetryDelay?: number;
  readonly sseMaxRetryAttempts?: number;
  readonly onSseError?: (error: unknown) => void;
  readonly fetch?: (request: Request) => Promise<Response>;
}

export interface CallResult {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

type Call = (options: CallOptions) => Promise<CallResult>;
type Stream = (options: StreamOptions) => Promise<{ stream: AsyncGenerator<Frame | '[DONE]'> }>;

/** The operations that the tests call, of a client as it was generated. */
export interface GeneratedClient {
  readonly chat: Call;
  readonly sendFeedback: Call;
  readonly listFeedback: Call;
  readonly withdrawFeedback: Call;
  readonly exportSft: Call;
  readonly exportDpo: Call;
  readonly stopTurn: Call;
  readonly getReceipt: Call;
  readonly chatStream: Stream;
  readonly qaChat: Stream;
  readonly followTurn: Stream;
}

/** A client that @hey-api/openapi-ts made of `openapi.json`, in a folder of its own. */
export class GeneratedClientFolder {
  private constructor(private readonly folder: string) {}

  static async generate(): Promise<GeneratedClientFolder> {
    const folder = mkdtempSync(join(tmpdir(), 'generated-client-'));
    const generator = join(MODULES, '@hey-api', 'openapi-ts', 'bin', 'run.js');
    const options = [
      '--input',
      join(ROOT, 'openapi.json'),
      '--output',
      join(folder, 'client'),
      '--silent',
      '--no-log-file',
    ];
    await run(process.execPath, [generator, ...options], { cwd: ROOT, env: ENVIRONMENT });
    return new GeneratedClientFolder(folder);
  }

  /** The client, as it was generated. */
  async load(): Promise<GeneratedClient> {
    return (await import(join(this.folder, 'client', 'index.ts'))) as GeneratedClient;
  }

  /** What the compiler says of a program that imports the client as `./client/index.js`; '' when it says nothing. */
  async check(program: string): Promise<string> {
    writeFileSync(join(this.folder, 'program.ts'), program);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'es2022',
      module: 'preserve',
      lib: ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'],
      types: [],
    };
    writeFileSync(
      join(this.folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['program.ts'] }),
    );
    const compiler = join(MODULES, 'typescript', 'bin', 'tsc');
    return run(process.execPath, [compiler, '--project', this.folder], { env: ENVIRONMENT }).then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
