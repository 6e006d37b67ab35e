import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { CHILD_KEY, type ChildService } from '../support/programs/child-service.js';
import { ChildWithModel } from '../support/programs/child-with-model.js';
import { answer, hold } from '../support/model/model-server.answers.js';
import type { ModelServer } from '../support/model/model-server.js';

const LIMIT = 256;
const CLIENTS = 400;

/** One request on a connection of its own, and what came back of it so far. */
class RawClient {
  received = '';
  isClosed = false;
  private readonly socket: Socket;

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    const body = JSON.stringify({ query: 'q' });
    this.socket = connect(Number(port), hostname);
    this.socket.setEncoding('utf8').on('data', (text: string) => (this.received += text));
    this.socket.on('error', () => undefined);
    this.socket.once('close', () => (this.isClosed = true));
    this.socket.write(
      `POST /chat/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${CHILD_KEY}\r\nconnection: close\r\n` +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
  }

  get status(): number | undefined {
    const [, status] = /^HTTP\/1\.1 (\d+)/.exec(this.received) ?? [];
    return status === undefined ? undefined : Number(status);
  }

  leave(): void {
    this.socket.destroy();
  }
}

/** Until nothing has come to any of them for a second. */
async function settled(clients: readonly RawClient[]): Promise<void> {
  const count = () =>
    clients.reduce((sum, { received, isClosed }) => sum + received.length + Number(isClosed), 0);
  for (let before = -1; before !== count();) {
    before = count();
    await pass(1_000);
  }
}

/** F80. Real: the service as it is shipped, under a limit of its system, and its database. Stand-in: the model. */
describe('A process that may open 256 files, with 400 clients', () => {
  let model: ModelServer;
  let stage: ChildWithModel;
  let child: ChildService;

  beforeAll(async () => {
    stage = await ChildWithModel.prepare();
    model = stage.model;
    child = await stage.start(
      { DISCONNECT_GRACE_MS: '0' },
      { launcher: ['sh', '-c', `ulimit -n ${LIMIT}; exec "$@"`, 'sh'] },
    );
  });
  afterAll(() => stage.stop());

  const openFiles = () => readdirSync(`/proc/${child.pid}/fd`).length;

  async function askUntilAnswered(): Promise<void> {
    for (;;) {
      const answered = await child.post('/chat', { query: 'is it back?' }).catch(() => undefined);
      const text = await answered?.text();
      if (answered?.status === 200) return expect(JSON.parse(text!)).toMatchObject({ text: 'It is back.' });
      expect([undefined, 502, 503]).toContain(answered?.status);
    }
  }

  const linesOf = (pattern: RegExp) =>
    child
      .output()
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => line.slice(0, 300))
      .slice(0, 5);

  it.each([1, 2, 3])('refuses some, and then is as it was (round %i)', async () => {
    model.always(answer('It is back.'));
    await askUntilAnswered();
    const before = openFiles();
    model.always(hold(['said ']));
    const clients = Array.from({ length: CLIENTS }, () => new RawClient(child.url));
    // Refused, or answered by a frame or a problem; or left in the queue, when nothing more can be opened.
    await settled(clients);
    const statuses = Object.entries(Object.groupBy(clients, ({ status }) => String(status)));
    process.stdout.write(
      `F80: ${statuses.map(([status, of]) => `${of!.length} x ${status}`).join(', ')}; ${openFiles()} files\n`,
    );
    expect(openFiles()).toBeLessThanOrEqual(LIMIT);
    for (const client of clients) client.leave();
    model.always(answer('It is back.'));
    await askUntilAnswered();
    while (openFiles() > before) await pass(100);
    await askUntilAnswered();
    expect(linesOf(/Unhandled|internal_error|"level":"fatal"/)).toEqual([]);
    expect(linesOf(/out of service/)).toEqual([]);
  });
});
