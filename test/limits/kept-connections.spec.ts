import { setTimeout as pass } from 'node:timers/promises';
import { jest } from '@jest/globals';
import {
  CHILD_KEY,
  type ChildService,
  databaseVariables,
  startChildService,
} from '../support/programs/child-service.js';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';
import { answer } from '../support/model/model-server.answers.js';
import { ModelServer } from '../support/model/model-server.js';
import { scaledServer, type ServerTimes } from '../support/programs/scaled-server.js';
import { HAS_NGINX, Nginx } from './nginx.js';

/** Requests of each form; the complete fault has 10,000. */
const REQUESTS = Number(process.env['LIMITS_REQUESTS'] ?? 600);
const AT_ONCE = 50;

jest.setTimeout(120_000 + REQUESTS * 200);

/** An event loop that is busy half of the time: what comes meanwhile waits, and a close may overtake it. */
const BUSY = `--import=data:text/javascript,${encodeURIComponent(
  'setInterval(() => { for (const until = performance.now() + 15; performance.now() < until; ); }, 30).unref();',
)}`;

interface Times {
  readonly service: ServerTimes;
  readonly nginxMs: number;
  /** Between two bursts of requests. */
  readonly idleMs: (index: number) => number;
}

/** F49. Real: the service as it is shipped, its database, and nginx. Stand-in: the model. */
(HAS_NGINX ? describe : describe.skip)(
  'Connections that nginx keeps and that were idle (needs nginx)',
  () => {
    let model: ModelServer;
    let database: TestDatabase;

    beforeAll(async () => {
      model = await ModelServer.start();
      model.always(answer('an answer'));
      database = await createTestDatabase();
    });
    afterAll(async () => {
      await model.stop();
      await database.drop();
    });

    /** How many of the requests came to what. */
    async function run({ service, nginxMs, idleMs }: Times): Promise<Record<string, number>> {
      const { NODE_OPTIONS } = scaledServer(service);
      const environment = {
        ...databaseVariables(database.config),
        NODE_OPTIONS: `${NODE_OPTIONS} ${BUSY}`,
        LLM_BASE_URL: model.baseUrl,
        LLM_MODEL: 'test-model',
        LOG_LEVEL: 'warn',
      };
      const child: ChildService = await startChildService({ environment });
      const nginx = await Nginx.start(child.url, { keptMs: nginxMs, most: AT_ONCE });
      const statuses: Record<string, number> = {};
      try {
        for (let index = 0; index * AT_ONCE < REQUESTS; index++) {
          const burst = Array.from({ length: AT_ONCE }, () => post(nginx.url));
          for (const status of await Promise.all(burst)) statuses[status] = (statuses[status] ?? 0) + 1;
          await pass(idleMs(index));
        }
      } finally {
        await nginx.stop();
        await child.stop();
      }
      return statuses;
    }

    /** A POST that nginx does not send again by itself when the connection breaks. */
    async function post(url: string): Promise<number> {
      const response = await fetch(`${url}/chat`, {
        method: 'POST',
        headers: { authorization: `Bearer ${CHILD_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: 'q' }),
      });
      await response.text();
      return response.status;
    }

    const around = (ms: number) => (index: number) => ms - 60 + (index % 13) * 10;

    it('for 5 s, when Node would close them by itself: every POST is answered', async () => {
      const times = { service: {}, nginxMs: 60_000, idleMs: around(5_000) };
      expect(await run(times)).toEqual({ 200: REQUESTS });
    });

    it('for as long as nginx keeps them, a hundredth of 60 s to the 75 s of the service: every POST is answered', async () => {
      const service = { keepAliveTimeout: 750, keepAliveTimeoutBuffer: 0 };
      const idleMs = (index: number) => around(index % 2 === 0 ? 600 : 750)(index);
      expect(await run({ service, nginxMs: 600, idleMs })).toEqual({ 200: REQUESTS });
    });

    it('for longer than the service keeps them, which is not how it is set: this test would see it', async () => {
      const service = { keepAliveTimeout: 600, keepAliveTimeoutBuffer: 0 };
      const statuses = await run({ service, nginxMs: 60_000, idleMs: around(600) });
      expect(statuses[502]).toBeGreaterThan(0);
    });
  },
);
