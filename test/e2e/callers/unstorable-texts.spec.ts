import type { ModelServer } from '../../support/model/model-server.js';
import { answer } from '../../support/model/model-server.answers.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';

const NUL = 'a\u0000b';
const HALF = 'a\ud83d b';
const FIXED = 'a\ufffd b';
const ASKED = { role: 'user', content: 'q' };
const callOf = (json: string) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c', type: 'function', function: { name: 'read', arguments: json } }],
});
const resultOf = (content: unknown) => ({ role: 'tool', tool_call_id: 'c', content });

let model: ModelServer;
let service: TestService;
beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({}));
});
afterAll(() => stopServiceWithModel({ model, service }));

async function answerTo(path: string, body: object) {
  const response = await service.post(path, body);
  const text = await response.text();
  expect([response.status, text]).toEqual([200, expect.anything()]);
  return JSON.parse(text) as { id: string };
}

const messagesOfModel = () => (JSON.parse(model.requests.at(-1)!.text) as { messages: unknown }).messages;

async function read(path: string): Promise<unknown> {
  const response = await service.request('GET', path);
  expect(response.status).toBe(200);
  return response.json();
}

beforeEach(() => model.always(answer('It is so.')));

describe('A text that cannot be stored', () => {
  it.each<[string, (text: string) => unknown[]]>([
    ['the question', (text) => [{ role: 'user', content: text }]],
    ['a part', (text) => [{ role: 'user', content: [{ type: 'text', text }] }]],
    ['a system message', (text) => [{ role: 'system', content: text }, ASKED]],
    ['the result of a tool', (text) => [ASKED, callOf('{}'), resultOf(text)]],
    ['parts of a result', (text) => [ASKED, callOf('{}'), resultOf([{ type: 'text', text }])]],
    ['the arguments of a call', (text) => [ASKED, callOf(text), resultOf('x')]],
    ['any member, and its name', (text) => [{ ...ASKED, more: [{ [text]: { deep: text } }] }]],
  ])('reaches the model from %s', async (_, messagesWith) => {
    for (const [given, expected] of [
      [NUL, NUL],
      [HALF, FIXED],
    ] as const) {
      const { id } = await answerTo('/v1/chat/completions', { messages: messagesWith(given) });
      expect(messagesOfModel()).toEqual(messagesWith(expected));
      expect(await read(`/api/chat/${id}`)).toMatchObject({ status: 'completed' });
    }
  });

  it('is stored with U+FFFD, in the conversation and its name, too', async () => {
    const metadata = { conversation_id: 'nul', other: NUL, [HALF]: [NUL] };
    const { id } = await answerTo('/v1/chat/completions', {
      messages: [{ role: 'user', content: NUL }],
      metadata,
      tools: [{ type: 'function', function: { name: 'f', description: `${NUL}${HALF}` } }],
    });
    expect(await read(`/api/chat/${id}`)).toMatchObject({ question: 'a\ufffdb' });
    const named = { conversation_id: 'named', conversation_name: NUL };
    await answerTo('/v1/chat/completions', { messages: [ASKED], metadata: named });
  });

  it.each([
    ['user', { user: NUL }],
    ['metadata', { metadata: { conversation_id: NUL } }],
    ['metadata', { metadata: { prompt_name: HALF } }],
  ])('is refused in an id: %s', async (param, more) => {
    const response = await service.post('/v1/chat/completions', { messages: [ASKED], ...more });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param } });
  });

  it('is taken in a response, which can be read and gone on from', async () => {
    const first = await answerTo('/v1/responses', {
      instructions: NUL,
      metadata: { note: NUL },
      input: [
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: NUL }] },
        { type: 'function_call', call_id: 'c', name: 'read', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: HALF },
      ],
    });
    expect(messagesOfModel()).toMatchObject([
      { role: 'system', content: NUL },
      { role: 'user', content: NUL },
      { role: 'assistant' },
      { role: 'tool', content: FIXED },
    ]);
    expect(await read(`/v1/responses/${first.id}`)).toMatchObject({ id: first.id, instructions: 'a\ufffdb' });
    await read(`/v1/responses/${first.id}/input_items`);
    await answerTo('/v1/responses', { previous_response_id: first.id, input: 'go on' });
    expect(messagesOfModel()).toMatchObject([{ role: 'user', content: NUL }, {}, {}, {}, {}]);
  });
});
