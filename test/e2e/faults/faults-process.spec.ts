import { jest } from '@jest/globals';
import { PROBED, rejectUnheard } from '../../support/programs/child-probe.js';
import {
  type ChildService,
  databaseVariables,
  startChildService,
} from '../../support/programs/child-service.js';
import { createTestDatabase, type TestDatabase } from '../../support/database/database.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import { ModelServer } from '../../support/model/model-server.js';
import { foldFrames, readFrames } from '../../support/service/sse.js';

jest.setTimeout(90_000);

/** Real: the service as it is shipped, in a process of its own, and its database. Stand-in: the model. */
describe('A process in which something unforeseen goes wrong', () => {
  let model: ModelServer;
  let database: TestDatabase;
  let child: ChildService;

  beforeAll(async () => {
    model = await ModelServer.start();
    database = await createTestDatabase();
    const environment = {
      ...PROBED,
      ...databaseVariables(database.config),
      LLM_BASE_URL: model.baseUrl,
      LLM_MODEL: 'test-model',
    };
    child = await startChildService({ environment });
  });
  afterAll(async () => {
    await child.stop();
    await model.stop();
    await database.drop();
  });

  it('says so, and goes on, with all that it was doing', async () => {
    const held = hold(['half ']);
    model.next(held, answer('next'));
    const response = await child.post('/chat', { query: 'q', stream: true });
    rejectUnheard(child);
    while (!child.output().includes('Unhandled rejection')) await new Promise(setImmediate);
    // An unforeseen error may quote a question.
    expect(child.output()).not.toContain('a promise that everybody forgot');
    held.release();
    const frames = await readFrames(response);
    expect(foldFrames(frames)).toBe('half ');
    expect(frames.at(-1)).toMatchObject({ finish_reason: 'stop' });
    expect(await (await child.post('/chat', { query: 'q' })).json()).toMatchObject({ text: 'next' });
  });
});
