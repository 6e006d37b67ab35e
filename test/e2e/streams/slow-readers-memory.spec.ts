import type { Socket } from 'node:net';
import { longest, sendAndNotRead } from '../../support/callers/unread-answer.js';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { ModelServer } from '../../support/model/model-server.js';
import { MemoryProbe, PROBED } from '../../support/programs/child-probe.js';
import {
  CHILD_KEY,
  type ChildService,
  databaseVariables,
  startChildService,
} from '../../support/programs/child-service.js';
import { type Frame, readSse } from '../../support/service/sse.js';
import { UID } from '../../support/service/ways-to-ask.js';

/** F43. Real: the service as it is shipped, its database, HTTP both ways. Stand-in: the model behind its server. */
describe('Many readers that do not read', () => {
  let model: ModelServer;
  let database: TestDatabase;
  let child: ChildService;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    model = await ModelServer.start();
    database = await createTestDatabase();
    const environment = {
      ...PROBED,
      ...databaseVariables(database.config),
      LLM_BASE_URL: model.baseUrl,
      LLM_MODEL: 'test-model',
      BREAK_MIN_CHARS: '0',
    };
    child = await startChildService({ environment });
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await child.stop();
    await model.stop();
    await database.drop();
  });

  it('take less than 256 KiB each of the process, whatever waits for them', async () => {
    model.next(longest());
    const asked = await child.post('/api/chat', { question: 'q', uid: UID });
    const stream = readSse(asked);
    const { chat_id } = JSON.parse((await stream.next())!.data) as Frame;
    await stream.rest();
    const path = `/api/chat/${chat_id}/stream`;
    const readOnce = () => child.request('GET', path).then((answered) => answered.text());
    await readOnce();
    const probe = new MemoryProbe(child);
    const before = await probe.bytes();
    for (let count = 0; count < 40; count++) sockets.push(sendAndNotRead(child.url, CHILD_KEY, { path }));
    // Each that reads gives the process the time to get rid of those that do not; it must come to that.
    const bound = 40 * 256 * 1_024;
    while ((await probe.bytes()) - before > bound) await readOnce();
  });
});
