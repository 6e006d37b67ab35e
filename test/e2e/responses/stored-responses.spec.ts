import { answer, answerOf, hold } from '../../support/model/model-server.answers.js';
import { delta, think } from '../../support/model/model-server.steps.js';
import type { ModelServer } from '../../support/model/model-server.js';
import {
  getResponse,
  readEvents,
  readResponse,
  type ReceivedEvent,
  respond,
} from '../../support/responses/responses.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { readSse } from '../../support/service/sse.js';

let model: ModelServer;
let service: TestService;
beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
});
afterAll(() => stopServiceWithModel({ model, service }));

const read = async (id: string) => readResponse(await service.request('GET', `/v1/responses/${id}`));
const statusOf = async (method: 'GET' | 'DELETE' | 'POST', path: string, key?: string) =>
  (await service.request(method, path, { key })).status;
const inputOf = async (id: string, query = '') =>
  (await (await service.request('GET', `/v1/responses/${id}/input_items${query}`)).json()) as {
    readonly data: readonly Record<string, unknown>[];
    readonly has_more: boolean;
  };
const lastMessages = () => model.requests.at(-1)!.body!.messages;

describe('A stored response', () => {
  it('is read again as it was answered, as JSON and as a stream', async () => {
    model.next(answer('one'), answerOf(think('hm'), delta('t'), delta('wo')));
    const request = { instructions: 'Be brief.', input: 'q', metadata: { a: 'b' }, temperature: 0.5 };
    const complete = await getResponse(service, request);
    expect(await read(complete.id)).toEqual(complete);
    const events = await readEvents(await respond(service, { ...request, stream: true }));
    const streamed = events.at(-1)!.response!;
    expect(await read(streamed.id)).toEqual(streamed);
    expect(streamed).toMatchObject({ instructions: 'Be brief.', metadata: { a: 'b' }, temperature: 0.5 });
  });

  it('is repeated under an Idempotency-Key, and the model is asked once', async () => {
    model.next(answer('once'));
    const headers = { 'Idempotency-Key': 'responses-1' };
    const first = await getResponse(service, { input: 'q' }, { headers });
    expect(await getResponse(service, { input: 'q' }, { headers })).toEqual(first);
    const streamed = await readEvents(await respond(service, { input: 'q', stream: true }, { headers }));
    expect(streamed.at(-1)!.response).toEqual(first);
    expect((await respond(service, { input: 'other' }, { headers })).status).toBe(409);
  });

  it('is gone on from: the model gets its messages and its answer, and not its instructions', async () => {
    model.next(answer('Hello Alice.'), answer('Alice.'), answer('Yes.'));
    const first = await getResponse(service, { instructions: 'Be kind.', input: 'I am Alice.' });
    const second = await getResponse(service, {
      instructions: 'Be brief.',
      previous_response_id: first.id,
      input: 'Who am I?',
    });
    expect(lastMessages()).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'I am Alice.' },
      { role: 'assistant', content: 'Hello Alice.' },
      { role: 'user', content: 'Who am I?' },
    ]);
    expect(second['previous_response_id']).toBe(first.id);
    await getResponse(service, { previous_response_id: second.id, input: 'Really?' });
    expect(lastMessages()!.map(({ content }) => content)).toEqual([
      'I am Alice.',
      'Hello Alice.',
      'Who am I?',
      'Alice.',
      'Really?',
    ]);
  });

  it('gives the items that a request refers to', async () => {
    model.next(answer('Hello.'), answer('Again.'));
    const { output } = await getResponse(service, { input: 'q' });
    const input = [
      { role: 'user', content: 'q' },
      { type: 'item_reference', id: output[0]!.id },
      { role: 'user', content: 'r' },
    ];
    await getResponse(service, { input });
    expect(lastMessages()!.map(({ role, content }) => [role, content])).toEqual([
      ['user', 'q'],
      ['assistant', 'Hello.'],
      ['user', 'r'],
    ]);
  });

  it('lists what it was made of, a part at a time', async () => {
    model.next(answer('one'), answer('two'));
    const first = await getResponse(service, { input: 'q' });
    const second = await getResponse(service, { previous_response_id: first.id, input: 'r' });
    const texts = (items: readonly Record<string, unknown>[]) =>
      items.map(({ content }) => (content as { text: string }[])[0]!.text);
    const all = await inputOf(second.id, '?order=asc');
    expect(texts(all.data)).toEqual(['q', 'one', 'r']);
    expect(texts((await inputOf(second.id)).data)).toEqual(['r', 'one', 'q']);
    const part = await inputOf(second.id, `?order=asc&limit=1&after=${String(all.data[0]!['id'])}`);
    expect([texts(part.data), part.has_more]).toEqual([['one'], true]);
  });

  it('is gone when it was deleted', async () => {
    model.next(answer('x'));
    const { id } = await getResponse(service, { input: 'q' });
    const deleted = await service.request('DELETE', `/v1/responses/${id}`);
    expect(await deleted.json()).toEqual({ id, object: 'response', deleted: true });
    expect(await statusOf('GET', `/v1/responses/${id}`)).toBe(404);
    expect(await statusOf('DELETE', `/v1/responses/${id}`)).toBe(404);
    expect((await respond(service, { previous_response_id: id, input: 'q' })).status).toBe(400);
  });

  it('does not exist when it was not to be stored, and for other clients', async () => {
    model.next(answer('x'), answer('y'));
    const hidden = await getResponse(service, { input: 'q', store: false });
    const mine = await getResponse(service, { input: 'q' });
    const other = await service.addClient('other');
    for (const path of ['', '/input_items']) {
      expect(await statusOf('GET', `/v1/responses/${hidden.id}${path}`)).toBe(404);
      expect(await statusOf('GET', `/v1/responses/${mine.id}${path}`, other)).toBe(404);
    }
    expect(await statusOf('DELETE', `/v1/responses/${mine.id}`, other)).toBe(404);
    expect(await statusOf('POST', `/v1/responses/${mine.id}/cancel`, other)).toBe(404);
    for (const [id, key] of [[hidden.id], [mine.id, other]] as const) {
      const refused = await respond(service, { previous_response_id: id, input: 'q' }, { key });
      expect(await refused.json()).toMatchObject({ error: { param: 'previous_response_id' } });
    }
    expect(await read(mine.id)).toMatchObject({ status: 'completed' });
  });

  it('is cancelled while it runs, keeps its text, and says so to its reader', async () => {
    const held = hold(['begun ']);
    model.next(held);
    const stream = readSse(await respond(service, { input: 'q', stream: true }));
    const created = JSON.parse((await stream.next())!.data) as ReceivedEvent;
    const { id } = created.response!;
    expect(await read(id)).toEqual({ ...created.response });
    expect((await respond(service, { previous_response_id: id, input: 'q' })).status).toBe(400);
    expect(await statusOf('DELETE', `/v1/responses/${id}`)).toBe(409);
    const cancelled = await readResponse(await service.request('POST', `/v1/responses/${id}/cancel`));
    expect(cancelled).toMatchObject({ status: 'cancelled', output: [{ status: 'incomplete' }] });
    const rest = await stream.rest();
    expect(rest.at(-1)!.data).toBe('[DONE]');
    const end = JSON.parse(rest.at(-2)!.data) as ReceivedEvent;
    expect(end).toMatchObject({ type: 'response.incomplete', response: cancelled });
    expect(await readResponse(await service.request('POST', `/v1/responses/${id}/cancel`))).toEqual(
      cancelled,
    );
    held.release();
  });
});
