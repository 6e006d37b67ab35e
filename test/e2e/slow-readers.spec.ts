import { DataSource } from 'typeorm';
import { answer } from '../support/model-server.answers.js';
import {
  startServiceWithModel,
  stopServiceWithModel,
  type ServiceWithModel,
} from '../support/service-with-model.js';
import { foldFrames, readFrames, readSse } from '../support/sse.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

describe('A long answer', () => {
  let running: ServiceWithModel;
  beforeAll(async () => {
    running = await startServiceWithModel({ LLM_MAX_RETRIES: '0', BREAK_MIN_CHARS: '0' });
  });
  afterAll(() => stopServiceWithModel(running));

  it.each([100000])('of %s deltas is replayed whole', async (count) => {
    const { service, model } = running;
    model.next(answer('x'));
    const body = { question: `long ${count}`, uid: UID };
    const whole = await readSse(await service.post('/api/chat', body)).rest();
    const id = whole[0]!.id!;
    await service.app
      .get(DataSource)
      .query(
        `UPDATE turn SET answer = repeat('x', ${count}), outline = ARRAY[0,-1] || array_fill(1, ARRAY[${count}])`,
      );
    const response = await service.post('/api/chat', body, { headers: { 'last-event-id': id } });
    await new Promise((r) => setTimeout(r, 1500));
    const frames = await readFrames(response);
    console.log('replayed', frames.length, frames.at(-1), foldFrames(frames).length);
  });
});
