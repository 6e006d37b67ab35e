import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { questionFor, textOf } from './model.js';

const ROOT = join(import.meta.dirname, '..', '..');
export const BUILD = join(ROOT, 'dist');
const API_KEY = 'delta-path-0123456789abcdef0123456789';

/** A function of the build and its calls, as V8 reports them. */
export interface CalledFunction {
  readonly file: string;
  readonly name: string;
  /** In the file of the build, in UTF-16 code units. */
  readonly offset: number;
  readonly calls: number;
}

interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly {
    readonly functionName: string;
    readonly ranges: readonly { readonly startOffset: number; readonly count: number }[];
  }[];
}

/** A route that streams answers. */
export interface Route {
  readonly name: string;
  readonly path: string;
  readonly body: (question: string) => object;
  /** The text that a frame adds, if any. */
  readonly textOf: (frame: Readonly<Record<string, string | undefined>>) => string | undefined;
}

export const CONVERSATION: Route = {
  name: 'A',
  path: '/chat',
  body: (query) => ({ query, stream: true }),
  textOf: ({ text }) => text,
};

export const QA: Route = {
  name: 'B',
  path: '/api/chat',
  body: (question) => ({ question, uid: crypto.randomUUID(), history: [] }),
  textOf: ({ data }) => data,
};

/** The built service, in a process of its own, on an embedded database. */
export class Service {
  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {}

  /** @param folder an empty one, for the database */
  static async start(folder: string, modelPort: number): Promise<Service> {
    const child = fork(join(BUILD, 'main.js'), {
      execArgv: ['--import', pathToFileURL(join(import.meta.dirname, 'coverage.mjs')).href],
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        PORT: '0',
        DATA_DIR: folder,
        API_KEYS: `delta-path=${API_KEY}`,
        LLM_BASE_URL: `http://127.0.0.1:${modelPort}/v1`,
        LLM_MODEL: 'delta-path',
      },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    let output = '';
    for await (const text of child.stdout!.iterator({ destroyOnReturn: false })) {
      output += String(text);
      const url = /ready (http:\/\/[^\s:]+:\d+)/.exec(output)?.[1];
      if (url === undefined) continue;
      child.stdout!.resume();
      return new Service(child, url);
    }
    throw new Error(`The service ended before it was ready: ${output}`);
  }

  /** Reads an answer to its end. @throws Error when its text is not the text of so many deltas */
  async ask(route: Route, deltas: number): Promise<void> {
    const response = await fetch(this.url + route.path, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(route.body(questionFor(deltas))),
    });
    const frames = (await response.text()).match(/(?<=^data: )\{.*$/gm) ?? [];
    const texts = frames.map(
      (frame) => route.textOf(JSON.parse(frame) as Record<string, string | undefined>) ?? '',
    );
    if (texts.join('') !== textOf(deltas))
      throw new Error(`${route.name}: the answer is not as the model gave it`);
  }

  /** The calls since the last time. */
  async takeCalls(): Promise<CalledFunction[]> {
    const url = pathToFileURL(BUILD).href;
    const reply = once(this.child, 'message') as Promise<[ScriptCoverage[]]>;
    this.child.send(url);
    const [scripts] = await reply;
    return scripts.flatMap((script) =>
      script.functions.map(({ functionName, ranges: [range] }) => ({
        file: script.url.slice(url.length + 1),
        name: functionName,
        offset: range!.startOffset,
        calls: range!.count,
      })),
    );
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}
