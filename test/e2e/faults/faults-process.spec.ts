import { jest } from '@jest/globals';
import { PROBED, rejectUnheard } from '../../support/programs/child-probe.js';
import type { ChildService } from '../../support/programs/child-service.js';
import { ChildWithModel } from '../../support/programs/child-with-model.js';
import { answer, hold } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { foldFrames, readFrames } from '../../support/service/sse.js';

jest.setTimeout(90_000);

/** Real: the service as it is shipped, in a process of its own, and its database. Stand-in: the model. */
describe('A process in which something unforeseen goes wrong', () => {
  let model: ModelServer;
  let stage: ChildWithModel;
  let child: ChildService;

  beforeAll(async () => {
    stage = await ChildWithModel.prepare();
    model = stage.model;
    child = await stage.start(PROBED);
  });
  afterAll(() => stage.stop());

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
