import { jest } from '@jest/globals';
import {
  CHILD_KEY,
  type ChildService,
  databaseVariables,
  startChildService,
} from '../../support/programs/child-service.js';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { hold } from '../../support/model/model-server.answers.js';
import { ModelServer } from '../../support/model/model-server.js';
import { startService, type TestService } from '../../support/service/service.js';
import { foldFrames, type Frame, type OpenStream, readSse } from '../../support/service/sse.js';

jest.setTimeout(90_000);

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';
const LEASE_MS = 1_000;
const GRACE_MS = 500;

const STREAMS: [string, object][] = [
  ['/chat/stream', { query: 'q', user_id: 'u' }],
  ['/api/chat', { question: 'q', uid: UID }],
];

const parse = (data: string): Frame => (data === '[DONE]' ? { done: true } : (JSON.parse(data) as Frame));

/** A caller on one connection: what came so far, and what is still to come. */
class Reading {
  readonly frames: Frame[] = [];
  /** The id of the last frame that had one. */
  id = '';

  constructor(private readonly stream: OpenStream) {}

  get turnId(): string {
    return this.id.split(':')[0]!;
  }

  get text(): string {
    return foldFrames(this.frames);
  }

  /** Reads until `text` is there. @throws Error when the stream ends before */
  async until(text: string): Promise<this> {
    while (!this.text.includes(text)) if (!(await this.next())) throw new Error(`No ${text} in ${this.text}`);
    return this;
  }

  async toTheEnd(): Promise<this> {
    while (await this.next());
    return this;
  }

  private async next(): Promise<boolean> {
    const event = await this.stream.next();
    if (!event) return false;
    this.frames.push(parse(event.data));
    this.id = event.id ?? this.id;
    return true;
  }
}

interface Receipt {
  readonly status: string;
  readonly text: string;
  readonly error_code?: string;
}

/**
 * F70 on two replicas, and a replica that stops for longer than its lease. Real: two services, one of them in
 * a process of its own where it is to be stopped or killed, which share a PostgreSQL and nothing else. Stand-in:
 * the model. What else a replica does for another one's turns is in two-replicas.spec.ts.
 */
describe('Of two replicas', () => {
  let model: ModelServer;
  let database: TestDatabase;
  let other: TestService;

  const environment = () => ({
    LLM_BASE_URL: model.baseUrl,
    LLM_MODEL: 'test-model',
    LLM_MAX_RETRIES: '0',
    TURN_LEASE_MS: String(LEASE_MS),
    BREAK_MIN_CHARS: '10',
    API_KEYS: `test=${CHILD_KEY}`,
  });

  beforeAll(async () => {
    model = await ModelServer.start();
    database = await createTestDatabase();
    other = await startService({ environment: environment(), database });
  });
  afterAll(async () => {
    await other.stop();
    await model.stop();
    await database.drop();
  });

  const follow = async (turnId: string, lastEventId?: string) =>
    new Reading(
      readSse(
        await other.request('GET', `/api/chat/${turnId}/stream`, {
          ...(lastEventId !== undefined && { headers: { 'last-event-id': lastEventId } }),
        }),
      ),
    );
  const receipt = async (turnId: string) =>
    (await (await other.request('GET', `/api/chat/${turnId}`)).json()) as Receipt;

  describe('the replica that does not answer', () => {
    let owner: TestService;

    beforeAll(async () => {
      owner = await startService({
        environment: { ...environment(), DISCONNECT_GRACE_MS: String(GRACE_MS) },
        database,
      });
    });
    afterAll(() => owner.stop());

    /** Asks, leaves, and waits until the owner gives that turn up. */
    async function aGracePasses(path: string, body: object): Promise<void> {
      const index = model.requests.length;
      model.next(hold(['left ']));
      const leaving = new AbortController();
      const left = { ...body, [path === '/api/chat' ? 'question' : 'query']: `left ${index}` };
      const response = await owner.post(path, left, { signal: leaving.signal });
      await new Reading(readSse(response)).until('left ');
      leaving.abort();
      expect((await model.requestClosed(index)).isAborted).toBe(true);
    }

    it.each(STREAMS)('lets a turn of %s be followed live, with the same frames', async (path, body) => {
      const held = hold(['half ']);
      model.next(held);
      const read = await new Reading(readSse(await owner.post(path, body))).until('half ');
      const followed = await (await follow(read.turnId)).until('half ');
      held.release();
      await Promise.all([read.toTheEnd(), followed.toTheEnd()]);
      expect(followed.frames).toEqual(read.frames);
    });

    it.each(STREAMS)(
      'keeps a turn of %s alive by its reader beyond the grace of the owner',
      async (path, body) => {
        const index = model.requests.length;
        const held = hold(['half ']);
        model.next(held);
        const leaving = new AbortController();
        const response = await owner.post(path, body, { signal: leaving.signal });
        const { turnId } = await new Reading(readSse(response)).until('half ');
        const followed = await (await follow(turnId)).until('half ');
        leaving.abort();
        // Turns that were left later are cancelled: so the grace of this one has ended, and once again.
        await aGracePasses(path, body);
        await aGracePasses(path, body);
        held.release();
        expect((await followed.toTheEnd()).text).toBe('half ');
        expect(await receipt(turnId)).toMatchObject({ status: 'completed', text: 'half ' });
        expect((await model.requestClosed(index)).isAborted).toBe(false);
      },
    );
  });

  describe('the replica that answers', () => {
    let owner: ChildService;

    beforeEach(async () => {
      owner = await startChildService({
        environment: { ...environment(), ...databaseVariables(database.config) },
      });
    });
    afterEach(() => owner.stop());

    const ask = async (path: string, body: object) =>
      new Reading(readSse(await owner.post(path, body, { key: CHILD_KEY })));
    const said = ['A first sentence. ', 'And then a ', 'second one'];

    it('dies: its reader of variant B hears, on the other, what is void and what is kept', async () => {
      model.next(hold(said));
      const read = await (await ask('/api/chat', { question: 'q', uid: UID })).until('second one');
      const stored = await (await follow(read.turnId)).until('second one');
      owner.kill('SIGKILL');
      await stored.toTheEnd();

      const headers = { 'last-event-id': read.id };
      const body = { question: 'q', uid: UID };
      const resumed = await other.post('/api/chat', body, { headers, key: CHILD_KEY });
      const { frames } = await new Reading(readSse(resumed)).toTheEnd();
      expect(frames).toEqual([
        { action: 'RETRYING' },
        { data: 'And then a second one' },
        { data: '', error: expect.objectContaining({ code: 'turn_interrupted', retryable: true }) as object },
        { done: true },
      ]);
      expect(foldFrames([...read.frames, ...frames])).toBe(said.join(''));
      expect(stored.text).toBe(said.join(''));
      expect(await receipt(read.turnId)).toMatchObject({ status: 'failed', text: said.join('') });
    });

    it('dies: its reader of variant A hears, on the other, how much of the text was stored', async () => {
      model.next(hold(said));
      const read = await (await ask('/chat/stream', { query: 'q' })).until('second one');
      const stored = await (await follow(read.turnId)).until('second one');
      owner.kill('SIGKILL');
      await stored.toTheEnd();
      const { frames } = await (await follow(read.turnId, read.id)).toTheEnd();
      expect(frames).toEqual([
        {
          text: '',
          message_id: read.turnId,
          code: 500,
          msg: expect.any(String) as string,
          stored_chars: said.join('').length,
          error: expect.objectContaining({ code: 'turn_interrupted' }) as object,
        },
      ]);
      expect(await receipt(read.turnId)).toMatchObject({ status: 'failed', text: said.join('') });
    });

    it.each(STREAMS)(
      'stops for longer than its lease: what the other has ended on %s, it does not overwrite',
      async (path, body) => {
        const held = hold(said);
        model.next(held);
        const read = await (await ask(path, body)).until('second one');
        const followed = await (await follow(read.turnId)).until('second one');
        owner.kill('SIGSTOP');
        await followed.toTheEnd();
        const ended = await receipt(read.turnId);
        expect(ended).toMatchObject({
          status: 'failed',
          error_code: 'turn_interrupted',
          text: said.join(''),
        });

        // The model goes on to its end as if nothing were, and so does the owner.
        held.release();
        owner.kill('SIGCONT');
        await read.toTheEnd();
        expect(await receipt(read.turnId)).toEqual(ended);
        expect(read.text).toBe(ended.text);
        expect(read.frames.filter(({ error }) => error)).toMatchObject([
          { error: { code: 'turn_interrupted' } },
        ]);
        expect(read.frames.some(({ finish_reason }) => finish_reason)).toBe(false);
        expect(followed.text).toBe(ended.text);
      },
    );
  });
});
