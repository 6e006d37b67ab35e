import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../programs/free-port.js';

/** How the model server in the child deals with a question: all of the answer, a half of it, or nothing at all. */
export type ChildMode = 'whole' | 'half' | 'silent';

/** What it has in mind: the half that it says before it is killed, and the rest. */
export const HALF = 'One half of it,';
export const REST = ' and then the other half of it.';

/** The program of the child: plain JavaScript, because it must start in a moment. */
const PROGRAM = `
const [port, mode, half, rest] = process.argv.slice(1);
const event = (delta, finish_reason = null) =>
  'data: ' + JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] }) + '\\n\\n';
require('node:http').createServer(async (request, response) => {
  let body = '';
  for await (const piece of request) body += piece;
  if (request.url.endsWith('/models')) return response.end('{"data":[{"id":"test-model"}]}');
  process.stdout.write('asked\\n');
  if (mode === 'silent') return;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const goesOn = JSON.parse(body).messages.some((said) => said.role === 'assistant' && said.content === half);
  if (!goesOn) response.write(event({ content: half }));
  if (mode === 'half') return;
  response.end(event({ content: rest }) + event({}, 'stop') + 'data: [DONE]\\n\\n');
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('listens\\n'));
`;

/** A model server in a process of its own, which a test kills and starts again on the same port. */
export class RestartingModel {
  private child: ChildProcess | undefined;

  private constructor(private readonly port: number) {}

  /** On a free port; nothing listens there yet. */
  static async prepare(): Promise<RestartingModel> {
    return new RestartingModel(await freePort());
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  async start(mode: ChildMode): Promise<void> {
    const args = ['-e', PROGRAM, String(this.port), mode, HALF, REST];
    this.child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await this.says('listens');
  }

  /** As soon as it has been asked. */
  asked(): Promise<void> {
    return this.says('asked');
  }

  /** SIGKILL: its connections break off, and its port refuses. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child) return;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }

  private async says(word: string): Promise<void> {
    for await (const text of this.child!.stdout!.iterator({ destroyOnReturn: false }))
      if (String(text).includes(word)) return;
    throw new Error(`The model server ended before it said: ${word}`);
  }
}
