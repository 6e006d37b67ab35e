import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type ChildService, startChildService } from '../support/programs/child-service.js';
import { isOnPostgres } from '../support/database/database.js';
import { postgresConfig } from '../support/database/database.clone.js';
import { type PostgresServer, startPostgresServer } from '../support/database/database.server.js';
import { answer } from '../support/model/model-server.answers.js';
import { ModelServer } from '../support/model/model-server.js';
import { readProblem } from '../support/requests/problem.js';
import { foldFrames, readFrames } from '../support/service/sse.js';
import { UID } from '../support/service/ways-to-ask.js';
import { mayMount, SmallDisk } from './small-disk.js';

/** Of what no compression makes small. */
const LONG = randomBytes(90_000).toString('base64');
const QUESTION = LONG.slice(0, 32_000);

/** F67. Real: the service as it is shipped, a database, and a disk that is full. Stand-in: the model. */
(mayMount() ? describe : describe.skip)('A full disk (needs root, and mount)', () => {
  let model: ModelServer;
  let disk: SmallDisk;
  let server: PostgresServer | undefined;
  let child: ChildService;
  let environment: Record<string, string | undefined>;

  beforeAll(async () => {
    model = await ModelServer.start();
    disk = new SmallDisk(isOnPostgres() ? 200 : 120);
    const given = isOnPostgres() ? await postgresOn(disk) : embeddedOn(disk);
    environment = {
      ...given,
      LLM_BASE_URL: model.baseUrl,
      LLM_MODEL: 'test-model',
      LLM_CONTEXT_TOKENS: '1000000',
    };
    child = await startChildService({ environment });
  });
  afterAll(async () => {
    disk.free();
    await child?.stop();
    await server?.stop();
    await model.stop();
    disk.remove();
  });

  async function postgresOn({ folder }: SmallDisk): Promise<Record<string, string>> {
    server = await startPostgresServer({ parentFolder: folder });
    return { DATABASE_URL: postgresConfig(server.url, 'postgres').url };
  }

  function embeddedOn({ folder }: SmallDisk): Record<string, string> {
    return { DATA_DIR: join(folder, 'data') };
  }

  async function askUntil(isEnough: (response: Response) => boolean): Promise<Response> {
    for (;;) {
      const response = await child.post('/api/chat', { question: QUESTION, uid: UID });
      if (isEnough(response)) return response;
      await response.text();
    }
  }

  async function storedText(id: string): Promise<{ status: string; text: string }> {
    return (await (await child.request('GET', `/api/chat/${id}`)).json()) as { status: string; text: string };
  }

  it('is a refusal that says when to come back; what was stored stays; and it passes', async () => {
    const told = new Map<string, string>();
    model.always(answer(LONG));
    const before = await readFrames(await child.post('/api/chat', { question: 'before', uid: UID }));
    told.set(before[0]!.chat_id!, foldFrames(before));
    for (let round = 0; round < 3; round++) {
      disk.fill();
      const refused = await askUntil(({ status }) => status !== 200);
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await readProblem(refused)).toMatchObject({ code: 'database_unavailable', retryable: true });
      expect((await child.request('GET', '/health/live')).status).toBe(200);
      disk.free();
      const after = await readFrames(await askUntil(({ status }) => status === 200));
      expect(after.at(-2)).toMatchObject({ finish_reason: 'stop' });
      told.set(after[0]!.chat_id!, foldFrames(after));
      for (const [id, text] of told)
        expect(await storedText(id)).toMatchObject({ status: 'completed', text });
    }
    // And by what it finds when it starts again.
    await child.stop();
    child = await startChildService({ environment });
    for (const [id, text] of told) expect(await storedText(id)).toMatchObject({ status: 'completed', text });
  });
});
