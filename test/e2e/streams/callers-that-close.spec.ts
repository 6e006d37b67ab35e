import { DataSource } from 'typeorm';
import { setTimeout as pass } from 'node:timers/promises';
import { OpenSocket } from '../../support/callers/open-socket.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import { status } from '../../support/model/model-server.faults.js';
import { script } from '../../support/model/model-server.exchange.js';
import { head, role, silence, think } from '../../support/model/model-server.steps.js';
import { ModelServer } from '../../support/model/model-server.js';
import { Replicas } from '../../support/service/replicas.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';

const PATH = '/v1/chat/completions';
const KEY_HEADER = 'idempotency-key';

interface StoredTurn {
  readonly id: string;
  readonly status: string;
  readonly answer: string;
}

let count = 0;
const question = () => `question ${++count}`;
const bodyOf = (content: string, more: object = {}) => ({ messages: [{ role: 'user', content }], ...more });

/** The newest turn that asks `content`, as soon as it has ended. */
async function endOf(service: TestService, content: string): Promise<StoredTurn> {
  for (;;) {
    const turn = await turnOf(service, content);
    if (turn && turn.status !== 'running') return turn;
    await pass(10);
  }
}

async function turnOf(service: TestService, content: string): Promise<StoredTurn | undefined> {
  const rows = await service.app
    .get(DataSource)
    .query<StoredTurn[]>('SELECT id, status, answer FROM turn WHERE question = $1 ORDER BY id DESC LIMIT 1', [
      content,
    ]);
  return rows[0];
}

/** Waits until the text of the running turn is in the log. */
async function untilLogged(service: TestService, text: string): Promise<void> {
  const logged = () =>
    service.app
      .get(DataSource)
      .query<unknown[]>('SELECT 1 FROM turn_log WHERE events LIKE $1', [`%${text}%`]);
  while ((await logged()).length === 0) await pass(10);
}

/** Real: the service, its database, HTTP over bare sockets. Stand-in: the model. The grace is a minute: a test that waits for it fails. */
describe.each([true, false])('A caller of /v1 that closes its connection (stream: %s)', (stream) => {
  let model: ModelServer;
  let service: TestService;
  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ LLM_RECOVERY_WAIT_MS: '60000' }));
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  const ask = (content: string, more: object = {}, headers: Record<string, string> = {}) =>
    OpenSocket.send(service.url, service.key, {
      path: PATH,
      body: bodyOf(content, { stream, ...more }),
      headers,
    });

  it('ends its turn: the model is aborted, the partial answer stored as cancelled', async () => {
    const index = model.requests.length;
    const content = question();
    const text = `half ${count} `;
    model.next(hold([text]));
    const caller = ask(content);
    await (stream ? caller.until(text) : untilLogged(service, text));
    await caller.close();
    expect((await model.requestClosed(index)).isAborted).toBe(true);
    expect(await endOf(service, content)).toMatchObject({ status: 'cancelled', answer: text });
  });

  it('ends it before the first token', async () => {
    const index = model.requests.length;
    const content = question();
    model.next(script(head(), role(), silence()));
    const caller = ask(content);
    await model.requestArrived(index);
    await caller.close();
    expect((await model.requestClosed(index)).isAborted).toBe(true);
    expect(await endOf(service, content)).toMatchObject({ status: 'cancelled', answer: '' });
  });

  it('ends it while the model thinks', async () => {
    const index = model.requests.length;
    const content = question();
    const thought = `thought ${count}`;
    model.next(script(head(), role(), think(thought), silence()));
    const caller = ask(content);
    await (stream ? caller.until(thought) : untilLogged(service, thought));
    await caller.close();
    expect((await model.requestClosed(index)).isAborted).toBe(true);
    expect(await endOf(service, content)).toMatchObject({ status: 'cancelled' });
  });

  it('ends it in the pause before another attempt', async () => {
    const index = model.requests.length;
    const content = question();
    model.next(status(503, { error: { message: 'busy' } }, { 'retry-after': '20' }));
    const caller = ask(content);
    await model.requestClosed(index);
    await caller.close();
    expect(await endOf(service, content)).toMatchObject({ status: 'cancelled' });
    expect(model.requests.length).toBe(index + 1);
  });

  it('asks nothing while its question waits for its conversation', async () => {
    const conversation = `conversation ${stream} ${question()}`;
    const metadata = { conversation_id: conversation };
    const first = hold(['first ']);
    const index = model.requests.length;
    model.next(first);
    const reader = ask(question(), { metadata, stream: true });
    await reader.until('first ');
    const waiting = question();
    const caller = ask(waiting, { metadata });
    await pass(100);
    await caller.close();
    first.release();
    await reader.until('[DONE]');
    await reader.close();
    // The next question of the conversation finds it free.
    model.next(answer('next'));
    const next = ask(question(), { metadata, stream: true });
    await next.until('[DONE]');
    await next.close();
    expect(await turnOf(service, waiting)).toBeUndefined();
    expect(model.requests.length).toBe(index + 2);
  });

  it('ends each of many turns, and no other', async () => {
    const index = model.requests.length;
    const kept = hold(['kept ']);
    model.next(kept, ...Array.from({ length: 10 }, () => hold(['half '])));
    const reader = ask(question(), { stream: true });
    await reader.until('kept ');
    const callers = Array.from({ length: 10 }, () => ask(question()));
    await model.requestArrived(index + 10);
    await Promise.all(callers.map((caller) => caller.close()));
    for (let at = 1; at <= 10; at++) expect((await model.requestClosed(index + at)).isAborted).toBe(true);
    kept.release();
    expect(await reader.until('[DONE]')).toContain('"finish_reason":"stop"');
    await reader.close();
  });

  it('with an Idempotency-Key finds its turn again, which has gone on', async () => {
    const index = model.requests.length;
    const content = question();
    const headers = { [KEY_HEADER]: `key-${stream}` };
    const held = hold(['half ']);
    model.next(held);
    const caller = ask(content, {}, headers);
    await model.requestArrived(index);
    await caller.close();
    await untilLeft(service);
    // Longer than a turn waits that no reader can come back to.
    await pass(500);
    held.release();
    const again = await service.post(PATH, bodyOf(content), { headers });
    expect(await again.json()).toMatchObject({ choices: [{ message: { content: 'half ' } }] });
    expect((await model.requestClosed(index)).isAborted).toBe(false);
    expect(model.requests.length).toBe(index + 1);
  });

  it('with an Idempotency-Key ends nothing for another reader of its turn', async () => {
    const index = model.requests.length;
    const content = question();
    const headers = { [KEY_HEADER]: `shared-${stream}` };
    const text = `half ${count} `;
    const held = hold([text]);
    model.next(held);
    const caller = ask(content, {}, headers);
    await model.requestArrived(index);
    const other = ask(content, { stream: true }, headers);
    await other.until(text);
    await caller.close();
    await pass(500);
    held.release();
    await other.until('[DONE]');
    await other.close();
    expect(await endOf(service, content)).toMatchObject({ status: 'completed', answer: text });
  });

  it('gets another answer when it asks the same at once', async () => {
    const content = question();
    const index = model.requests.length;
    const more = { user: 'alice' };
    model.next(hold(['first ']), answer('second'));
    const caller = ask(content, more);
    await model.requestArrived(index);
    await caller.close();
    const again = await service.post(PATH, bodyOf(content, more));
    expect(await again.json()).toMatchObject({ choices: [{ message: { content: 'second' } }] });
    expect((await model.requestClosed(index)).isAborted).toBe(true);
  });

  it('ends its turn while the service waits for the model server', async () => {
    const away = await startServiceWithModel({
      LLM_BASE_URL: await ModelServer.unreachableUrl(),
      LLM_RECOVERY_WAIT_MS: '60000',
    });
    const content = question();
    const caller = OpenSocket.send(away.service.url, away.service.key, {
      path: PATH,
      body: bodyOf(content, { stream }),
    });
    while (!(await turnOf(away.service, content))) await pass(10);
    await pass(200);
    expect(await turnOf(away.service, content)).toMatchObject({ status: 'running' });
    await caller.close();
    expect(await endOf(away.service, content)).toMatchObject({ status: 'cancelled' });
    await stopServiceWithModel(away);
  });
});

/** Waits until the only running turn has lost its readers. */
async function untilLeft(service: TestService): Promise<void> {
  const left = () =>
    service.app
      .get(DataSource)
      .query<unknown[]>(`SELECT 1 FROM turn WHERE status = 'running' AND reader_left_at IS NOT NULL`);
  while ((await left()).length === 0) await pass(10);
}

describe('A turn of /v1 that is followed under its id', () => {
  let replicas: Replicas;
  beforeAll(async () => {
    replicas = await Replicas.start({});
  });
  afterAll(() => replicas.stop());

  it.each([
    ['on the replica that answers', 0],
    ['on another replica', 1],
  ] as const)('goes on while it is read %s, and ends when that reader leaves', async (_, at) => {
    const { model, services } = replicas;
    const [owner] = services;
    const content = question();
    const index = model.requests.length;
    const held = hold(['half ']);
    model.next(held);
    const caller = OpenSocket.send(owner.url, owner.key, {
      path: PATH,
      body: bodyOf(content, { stream: true }),
    });
    await caller.until('half ');
    const { id } = (await turnOf(owner, content))!;
    const follower = OpenSocket.send(services[at].url, services[at].key, {
      method: 'GET',
      path: `/api/chat/${id}/stream`,
    });
    await follower.until('half ');
    await caller.close();
    await pass(800);
    expect(await turnOf(owner, content)).toMatchObject({ status: 'running' });
    await follower.close();
    expect((await model.requestClosed(index)).isAborted).toBe(true);
    expect(await endOf(owner, content)).toMatchObject({ status: 'cancelled', answer: 'half ' });
  });

  it("is another replica's to read with an Idempotency-Key, and goes on when it closes there", async () => {
    const { model, services } = replicas;
    const [owner, other] = services;
    const content = question();
    const index = model.requests.length;
    const headers = { [KEY_HEADER]: 'replicas' };
    const held = hold(['half ']);
    model.next(held);
    const request = { path: PATH, body: bodyOf(content, { stream: true }), headers };
    const first = OpenSocket.send(owner.url, owner.key, request);
    await first.until('half ');
    await first.close();
    const second = OpenSocket.send(other.url, owner.key, request);
    await second.until('half ');
    await second.close();
    await pass(800);
    held.release();
    expect(await endOf(owner, content)).toMatchObject({ status: 'completed', answer: 'half ' });
    expect((await model.requestClosed(index)).isAborted).toBe(false);
  });
});
