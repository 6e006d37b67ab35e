import type { ModelServer } from '../../support/model/model-server.js';
import { type PlayStep, playing } from '../../support/model/server-play.js';
import { deltaEvent, DONE, ROLE, textEvent, USAGE } from '../../support/model/server-play.frames.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import type { TestService } from '../../support/service/service.js';

const CALLED = { name: 'read', arguments: '{"path":"a.md"}' };
const CALL = { id: 'call_9', type: 'function', function: CALLED };
const CALLING: readonly PlayStep[] = [
  ROLE,
  deltaEvent({ tool_calls: [{ index: 0, ...CALL }] }),
  deltaEvent({}, 'tool_calls'),
  USAGE,
  DONE,
];
const ASKED = { role: 'user', content: 'Read a.md' };
const CALLS = { role: 'assistant', content: null, tool_calls: [{ ...CALL, id: 'call_1' }] };
const RESULT = { role: 'tool', tool_call_id: 'call_1', content: '# a' };

let model: ModelServer;
let service: TestService;
beforeAll(async () => {
  ({ model, service } = await startServiceWithModel({ LLM_MAX_RETRIES: '2' }));
});
afterAll(() => stopServiceWithModel({ model, service }));

interface Completion {
  readonly choices: readonly { readonly message: object; readonly finish_reason: string }[];
}

const complete = (body: object) => service.post('/v1/chat/completions', { model: 'test-model', ...body });

async function answerTo(body: object) {
  const before = model.requests.length;
  const response = await complete(body);
  const text = await response.text();
  expect([response.status, text]).toEqual([200, expect.anything()]);
  expect(model.requests.length).toBe(before + 1);
  return text;
}

describe('The calls of a model', () => {
  it.each<[string, object]>([
    ['that was sent the calls and results of an agent', { messages: [ASKED, CALLS, RESULT, ASKED] }],
    ['whose server adds tools by itself', { messages: [ASKED] }],
    ['that was offered an empty list', { messages: [ASKED], tools: [] }],
    [
      'that was offered another tool',
      { messages: [ASKED], tools: [{ type: 'function', function: { name: 'x' } }] },
    ],
  ])('are passed on, of one %s', async (_, body) => {
    model.always(playing(() => CALLING));
    const { choices } = JSON.parse(await answerTo(body)) as Completion;
    expect(choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: null, tool_calls: [CALL] },
    });
    const stream = await answerTo({ ...body, stream: true });
    expect(stream).toContain('"id":"call_9"');
    expect(stream).toContain('"finish_reason":"tool_calls"');
  });

  it('are a function_call where the messages have the former form, and no functions', async () => {
    model.always(playing(() => CALLING));
    const messages = [
      ASKED,
      { role: 'assistant', content: null, function_call: CALLED },
      { role: 'function', name: 'read', content: '# a' },
    ];
    const { choices } = JSON.parse(await answerTo({ messages })) as Completion;
    expect(choices[0]).toMatchObject({ finish_reason: 'function_call', message: { function_call: CALLED } });
  });

  it('are items of a response without tools', async () => {
    model.always(playing(() => CALLING));
    const response = await service.post('/v1/responses', { model: 'test-model', input: 'Read a.md' });
    expect(await response.json()).toMatchObject({
      status: 'completed',
      output: [{ type: 'function_call', call_id: 'call_9', ...CALLED }],
    });
  });

  it.each([
    ['/chat', { query: 'q' }],
    ['/api/chat', { question: 'q', uid: 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935' }],
  ])('are none for callers that cannot make them: %s', async (path, body) => {
    model.always(playing(() => CALLING));
    expect(await (await service.post(path, body)).text()).toContain('empty_answer');
  });

  it('leave the text beside them as it is', async () => {
    model.always(playing(() => [ROLE, textEvent('Let me read.'), ...CALLING.slice(1)]));
    const { choices } = JSON.parse(await answerTo({ messages: [ASKED] })) as Completion;
    expect(choices[0]!.message).toMatchObject({ content: 'Let me read.', tool_calls: [CALL] });
  });
});
