import type { ModelServer } from '../../support/model/model-server.js';
import { answer } from '../../support/model/model-server.answers.js';
import { startServiceWithSettings } from '../../support/service/service-with-settings.js';
import { startServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import { startService, type TestService } from '../../support/service/service.js';

const PATH = '/v1/chat/completions';
const USER = { role: 'user', content: 'q' };
const IMAGE = { type: 'image_url', image_url: { url: 'https://a.example/b.png' } };
const TOOL = { type: 'function', function: { name: 'f' } };

interface Failure {
  readonly error: { readonly message: string; readonly param: string | null; readonly code: string };
}

async function refusalOf(service: TestService, body: object): Promise<Failure['error']> {
  const response = await service.post(PATH, { messages: [USER], ...body });
  const { error } = (await response.json()) as Failure;
  expect({ status: response.status, error }).toMatchObject({ status: 400 });
  return error;
}

describe('A context that the operator has configured', () => {
  let service: TestService;
  let model: ModelServer;
  beforeAll(async () => {
    ({ service, model } = await startServiceWithModel({ LLM_CONTEXT_TOKENS: '4096' }));
    model.always(answer('x'));
  });
  afterAll(() => stopServiceWithModel({ service, model }));

  it.each<[string, object]>([
    ['a long first message', { messages: [{ role: 'user', content: 'x'.repeat(30_000) }, USER] }],
    ['many messages', { messages: Array(1_100).fill(USER) }],
    [
      'texts in parts',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'x'.repeat(30_000) }] }] },
    ],
    ['images', { messages: [{ role: 'user', content: Array(6).fill(IMAGE) }] }],
    ['tools', { tools: [{ type: 'function', function: { name: 'f', description: 'x'.repeat(30_000) } }] }],
    [
      'arguments of calls',
      {
        messages: [
          USER,
          { role: 'assistant', tool_calls: [{ function: { name: 'f', arguments: 'x'.repeat(30_000) } }] },
        ],
      },
    ],
    ['room for the answer', { max_tokens: 4_096 }],
  ])('refuses what does not fit, before the model is asked: %s', async (_, body) => {
    const before = model.requests.length;
    const { code, param, message } = await refusalOf(service, body);
    expect({ code, param }).toEqual({ code: 'context_length_exceeded', param: 'messages' });
    expect(message).toMatch(/maximum context length of this model is 4096 tokens/);
    expect(model.requests).toHaveLength(before);
  });

  it('refuses it on /v1/responses, by the member of that body', async () => {
    const before = model.requests.length;
    const response = await service.post('/v1/responses', { input: 'x'.repeat(30_000) });
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as Failure;
    expect(error).toMatchObject({ code: 'context_length_exceeded', param: 'input' });
    expect(model.requests).toHaveLength(before);
  });

  it('takes what fits, and cuts nothing of it', async () => {
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(60_000)}` } };
    const messages = [{ role: 'user', content: [image, { type: 'text', text: 'x'.repeat(8_000) }] }, USER];
    expect((await service.post(PATH, { messages, max_tokens: 100 })).status).toBe(200);
    expect(model.requests.at(-1)!.body!.messages).toEqual(messages);
  });
});

describe('A model that does not take everything', () => {
  let service: TestService;
  let model: ModelServer;
  beforeAll(async () => {
    ({ service, model } = await startServiceWithSettings({ accepts: ['text', 'audio'], pass: ['stop'] }));
    model.always(answer('x'));
  });
  afterAll(() => stopServiceWithModel({ service, model }));

  it.each<[string, object]>([
    ['images', IMAGE],
    ['images', { image_url: 'https://a.example/b.png' }],
    ['images', { type: 'image_embeds', image_embeds: 'AAAA' }],
    ['videos', { type: 'video_url', video_url: { url: 'https://a.example/b.mp4' } }],
    ['files', { type: 'file', file: { file_id: 'a' } }],
  ])('refuses %s by their place: %j', async (kind, part) => {
    const asked = model.requests.length;
    const messages = [USER, { role: 'user', content: [{ type: 'text', text: 'q' }, part] }];
    const { param, message } = await refusalOf(service, { messages });
    expect(param).toBe('messages[1].content[1]');
    expect(message).toContain(`${kind} are not supported by this model (message 1)`);
    expect(model.requests).toHaveLength(asked);
  });

  it('refuses images on /v1/responses, by the member of that body', async () => {
    const content = [{ type: 'input_image', image_url: 'https://a.example/b.png' }];
    const response = await service.post('/v1/responses', {
      instructions: 'i',
      input: [{ role: 'user', content }],
    });
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as Failure;
    expect(error.param).toBe('input');
    expect(error.message).toMatch(/images are not supported by this model\.?$/);
  });

  it('takes the others', async () => {
    const content = [
      { type: 'text', text: 'q' },
      'q',
      { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
    ];
    expect((await service.post(PATH, { messages: [{ role: 'user', content }] })).status).toBe(200);
  });

  it.each([
    [{ tools: [TOOL] }, 'tools'],
    [{ functions: [{ name: 'f' }] }, 'functions'],
    [{ response_format: { type: 'json_object' } }, 'response_format'],
    [{ top_k: 1 }, 'top_k'],
  ])('refuses a parameter that is not let through: %j', async (body, name) => {
    expect((await refusalOf(service, body)).param).toBe(name);
  });
});

describe('The built-in model', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.stop());

  it.each([
    [{ tools: [TOOL] }, 'tools'],
    [{ functions: [{ name: 'f' }] }, 'functions'],
    [{ stop: 'END' }, 'stop'],
    [{ response_format: { type: 'json_object' } }, 'response_format'],
  ])('refuses by name, with the way out: %j', async (body, name) => {
    const { param, message } = await refusalOf(service, body);
    expect(param).toBe(name);
    expect(message).toMatch(/built-in model.*LLM_BASE_URL/);
  });

  it.each<[string, object]>([
    ['a text', { messages: [USER], response_format: { type: 'text' }, stop: '', tools: [] }],
    ['parts', { messages: [{ role: 'user', content: [IMAGE, { type: 'text', text: 'q' }] }] }],
    ['no question', { messages: [{ role: 'system', content: 's' }] }],
    ['an answer last', { messages: [USER, { role: 'assistant', content: 'It' }] }],
    ['results of tools', { messages: [USER, { role: 'tool', content: 'x', tool_call_id: 'a' }] }],
  ])('answers messages of any shape: %s', async (_, body) => {
    expect((await service.post(PATH, body)).status).toBe(200);
  });
});
