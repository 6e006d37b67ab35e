import { answer, hold } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { type Frame, readSse } from '../../support/service/sse.js';

const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

describe('Stopping a turn', () => {
  let model: ModelServer;
  let service: TestService;

  beforeAll(async () => {
    ({ model, service } = await startServiceWithModel({ CONVERSATION_WAIT_MS: '500' }));
  });
  afterAll(() => stopServiceWithModel({ model, service }));

  it.each([
    ['/chat/stream', { query: 'q' }],
    ['/api/chat', { question: 'q', uid: UID }],
  ])('of %s aborts the model, keeps the text, and tells its reader', async (path, body) => {
    const index = model.requests.length;
    model.next(hold(['half an ']));
    const stream = readSse(await service.post(path, body));
    const first = JSON.parse((await stream.next())!.data) as Frame;
    const id = (first.message_id ?? first.chat_id)!;
    for (let frame: Frame = {}; !frame.text && !frame.data;)
      frame = JSON.parse((await stream.next())!.data) as Frame;

    const response = await service.request('POST', `/api/chat/${id}/stop`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      chat_id: id,
      status: 'cancelled',
      finish_reason: 'cancelled',
      characters: 8,
      usage: { output_tokens: expect.any(Number) as number },
    });
    expect((await model.requestClosed(index)).isAborted).toBe(true);
    const rest = (await stream.rest()).flatMap(({ data }) =>
      data === '[DONE]' ? [] : [JSON.parse(data) as Frame],
    );
    expect(rest.at(-1)).toMatchObject({ finish_reason: 'cancelled' });
    expect(await (await service.request('GET', `/api/chat/${id}`)).json()).toMatchObject({
      status: 'cancelled',
      text: 'half an ',
      attempts: [{ outcome: 'cancelled', first_token_ms: expect.any(Number) as number }],
    });
  });

  it.each([
    ...['null', '[]', 'true', '""', '{"chat_id":1}', '{'].map((text) => [text, 'application/json']),
    ['reason=enough', 'application/x-www-form-urlencoded'],
    ['enough', 'text/plain'],
  ])('does not look at a body: %s as %s', async (text, type) => {
    model.next(hold(['half an ']));
    const stream = readSse(await service.post('/chat/stream', { query: 'q' }));
    const { message_id } = JSON.parse((await stream.next())!.data) as Frame;
    const response = await fetch(`${service.url}/api/chat/${message_id}/stop`, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.key}`, 'content-type': type },
      body: text,
    });
    expect([response.status, await response.json()]).toMatchObject([200, { status: 'cancelled' }]);
    await stream.rest();
  });

  it('keeps its Idempotency-Key: who wanted no more of the answer gets no other', async () => {
    const headers = { 'idempotency-key': 'stopped' };
    model.next(hold(['half an ']));
    const stream = readSse(await service.post('/chat/stream', { query: 'q' }, { headers }));
    const { message_id } = JSON.parse((await stream.next())!.data) as Frame;
    await service.request('POST', `/api/chat/${message_id}/stop`);
    await stream.rest();
    const again: unknown = await (await service.post('/chat', { query: 'q' }, { headers })).json();
    expect(again).toMatchObject({ message_id, finish_reason: 'cancelled' });
  });

  it('that has ended leaves it as it is', async () => {
    model.next(answer('whole'));
    const { message_id } = (await (await service.post('/chat', { query: 'q' })).json()) as Frame;
    for (const _ of [1, 2]) {
      const response = await service.request('POST', `/api/chat/${message_id}/stop`);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        status: 'completed',
        finish_reason: 'stop',
        characters: 5,
      });
    }
  });

  it('that does not exist is a 404', async () => {
    for (const id of ['01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11', 'x']) {
      expect((await service.request('POST', `/api/chat/${id}/stop`)).status).toBe(404);
    }
  });

  it('gives the JSON caller what there is', async () => {
    const index = model.requests.length;
    model.next(hold(['half ']));
    const asked = service.post('/chat', { query: 'json', conversation_id: 'stop-json' });
    await model.requestArrived(index);
    const busy = await service.post('/chat', { query: 'other', conversation_id: 'stop-json' });
    expect(busy.status).toBe(409);
    // Only its own caller knows the turn's id: another replica would find it by the database.
    const [turn] = service.runningTurns();
    await service.request('POST', `/api/chat/${turn}/stop`);
    expect(await (await asked).json()).toMatchObject({ finish_reason: 'cancelled' });
  });
});
