import { answer } from '../../support/model/model-server.answers.js';
import { endAfter, status } from '../../support/model/model-server.faults.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { getResponse, readEvents, respond } from '../../support/responses/responses.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';
import { readSse } from '../../support/service/sse.js';

let model: ModelServer;
let service: TestService;
beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '0' }));
});
afterAll(() => stopServiceWithModel({ model, service }));

const user = (content: unknown) => ({ role: 'user', content });

describe('POST /v1/responses refuses, by its name,', () => {
  it.each<[string, object, string]>([
    ['an answer in the background', { background: true }, 'background'],
    ['a prompt of OpenAI', { prompt: { id: 'p' } }, 'prompt'],
    ['log probabilities', { include: ['message.output_text.logprobs'] }, 'include'],
    ['an unknown model', { model: 'gpt-9' }, 'model'],
    ['an empty input', { input: [] }, 'input'],
    ['an unknown role', { input: [{ role: 'robot', content: 'q' }] }, 'input[0].role'],
    ['an unknown item', { input: [user('q'), { type: 'computer_call' }] }, 'input[1]'],
    [
      'an image by file id',
      { input: [user([{ type: 'input_image', file_id: 'f' }])] },
      'input[0].content[0].image_url',
    ],
    [
      'a file by URL',
      { input: [user([{ type: 'input_file', file_url: 'u' }])] },
      'input[0].content[0].file_data',
    ],
    ['an unknown part', { input: [user([{ type: 'smell' }])] }, 'input[0].content[0].type'],
    ['an item of nowhere', { input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0].id'],
    [
      'the output of a call that is not there',
      { conversation: 'c', input: [{ type: 'function_call_output', call_id: 'c1', output: 'sun' }] },
      'input',
    ],
    ['an unknown format', { text: { format: { type: 'xml' } } }, 'text.format.type'],
    ['an id that cannot be stored', { conversation: 'c\u0000' }, 'conversation'],
    [
      'two contexts',
      { conversation: 'c', previous_response_id: `resp_${'0'.repeat(32)}` },
      'previous_response_id',
    ],
  ])('%s', async (_, body, param) => {
    const response = await respond(service, { input: 'q', ...body });
    const { error } = (await response.json()) as { error: { param: string; message: string } };
    expect([response.status, error.param]).toEqual([param === 'model' ? 404 : 400, param]);
  });
});

describe('A response', () => {
  it('of a model that fails before its first token is an HTTP status, also as a stream', async () => {
    model.next(status(503, {}), status(503, {}));
    for (const stream of [false, true])
      expect((await respond(service, { input: 'q', stream })).status).toBe(503);
  });

  it('that fails later ends with error and response.failed, and the connection is cut', async () => {
    model.next(endAfter(['begun ']));
    const stream = readSse(await respond(service, { input: 'q', stream: true }));
    const types: (string | undefined)[] = [];
    const read = async () => {
      for (let frame = await stream.next(); frame; frame = await stream.next()) types.push(frame.event);
    };
    await expect(read()).rejects.toThrow();
    expect(types.slice(-2)).toEqual(['error', 'response.failed']);
  });

  it('that is too long is incomplete', async () => {
    model.next(answer('begun', { finishReason: 'length' }), answer('begun', { finishReason: 'length' }));
    const incomplete = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    expect(await getResponse(service, { input: 'q', max_output_tokens: 16 })).toMatchObject(incomplete);
    const events = await readEvents(await respond(service, { input: 'q', stream: true }));
    expect(events.at(-1)).toMatchObject({ type: 'response.incomplete', response: incomplete });
  });

  it('of a conversation gets its rounds, and is one of them', async () => {
    model.next(answer('Hello Alice.'), answer('Alice.'));
    const first = await getResponse(service, { input: 'I am Alice.', conversation: 'conv-r' });
    expect(first['conversation']).toEqual({ id: 'conv-r' });
    await getResponse(service, {
      input: 'Who am I?',
      conversation: { id: 'conv-r' },
      instructions: 'Be brief.',
    });
    expect(model.requests.at(-1)!.body!.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'I am Alice.' },
      { role: 'assistant', content: 'Hello Alice.' },
      { role: 'user', content: 'Who am I?' },
    ]);
  });

  it('is followed as any turn', async () => {
    model.next(answer('text'));
    const { id } = await getResponse(service, { input: 'q' });
    const frames = await (
      await service.request('GET', `/api/chat/${id.slice('resp_'.length)}/stream`)
    ).text();
    expect(frames).toContain('"text":"text"');
  });
});
