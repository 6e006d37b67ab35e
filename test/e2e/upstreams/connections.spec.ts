import { gzipSync } from 'node:zlib';
import { type Play, playing } from '../../support/model/server-play.js';
import { openAiError, refusal, RIGHT } from '../../support/model/server-play.frames.js';
import { head, raw, end } from '../../support/model/model-server.steps.js';
import { script } from '../../support/model/model-server.exchange.js';
import { startServiceWithSettings } from '../../support/service/service-with-settings.js';
import { type ServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import { ALL_WAYS, ask, type Way } from '../../support/service/ways-to-ask.js';

const KEY = 'sk-0123456789';

/** Real: the service, its database, HTTP both ways. Stand-in: a model server that plays what was met in the field. */
describe('A model server that is reached with settings', () => {
  let running: ServiceWithModel;

  beforeAll(async () => {
    running = await startServiceWithSettings(
      {
        api_key_env: 'MODEL_KEY',
        api_key_header: 'api-key',
        headers: { 'X-Org': { env: 'MODEL_ORG' } },
        extra_body: { chat_template_kwargs: { enable_thinking: false }, temperature: 0.3 },
        parameters: { max_tokens: 'max_new_tokens', seed: 'drop' },
        defaults: { max_tokens: 500, temperature: 0.9 },
        pass: ['seed', 'reasoning_effort', 'top_k'],
      },
      { MODEL_KEY: KEY, MODEL_ORG: 'org-1' },
    );
  });
  afterAll(() => stopServiceWithModel(running));

  /** openai/codex#3048: Azure takes the key in a header of its own. */
  const wantsOwnHeader: Play = ({ headers }) =>
    headers['api-key'] === KEY && headers.authorization === undefined
      ? RIGHT
      : refusal(401, openAiError('invalid subscription key'));

  const sent = () => running.model.requests.at(-1)!;

  it.each(ALL_WAYS)('gets its key in a header of its own, its headers and its members (%s)', async (way) => {
    running.model.always(playing(wantsOwnHeader));
    const told = await ask(running.service, way);
    expect(told).toMatchObject({ status: 200, text: 'Hello world.', finishReason: 'stop' });
    expect(sent().headers).toMatchObject({
      'x-org': 'org-1',
      'user-agent': expect.stringMatching(/^llm-chat-service\/\d+\.\d+\.\d+$/) as string,
    });
    expect(sent().body).toMatchObject({
      chat_template_kwargs: { enable_thinking: false },
      temperature: 0.3,
      max_new_tokens: 500,
      stream: true,
    });
    expect(sent().body).not.toHaveProperty('max_tokens');
  });

  it.each<Way>(['openai', 'openai-json'])(
    'gets what a caller of %s may send through, and no more',
    async (way) => {
      running.model.always(playing(wantsOwnHeader));
      await ask(running.service, way, { reasoning_effort: 'low', top_k: 20, seed: 5, unknown_member: 1 });
      expect(sent().body).toMatchObject({ reasoning_effort: 'low', top_k: 20 });
      for (const name of ['seed', 'unknown_member']) expect(sent().body).not.toHaveProperty(name);
      const count = running.model.requests.length;
      const messages = [{ role: 'user', content: 'q' }];
      const refused = await running.service.post('/v1/chat/completions', { messages, top_p: 0.5 });
      expect(refused.status).toBe(400);
      expect(await refused.text()).toContain('top_p');
      expect(running.model.requests).toHaveLength(count);
    },
  );

  const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  const headersOf: Record<Way, [path: string, body: object]> = {
    qa: ['/api/chat', { question: 'traced', uid: 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935' }],
    stream: ['/chat/stream', { query: 'traced' }],
    json: ['/chat', { query: 'traced' }],
    openai: ['/v1/chat/completions', { stream: true, messages: [{ role: 'user', content: 'traced' }] }],
    'openai-json': ['/v1/chat/completions', { messages: [{ role: 'user', content: 'traced' }] }],
  };

  it.each(ALL_WAYS)('gets the request id and the trace of a caller of %s', async (way) => {
    running.model.always(playing(wantsOwnHeader));
    const [path, body] = headersOf[way];
    const headers = { 'x-request-id': `id.${way}`, traceparent: TRACEPARENT, tracestate: 'a=1' };
    const unique = JSON.parse(JSON.stringify(body).replace('traced', `traced ${way}`)) as object;
    await (await running.service.post(path, unique, { headers })).text();
    expect(sent().headers).toMatchObject(headers);
  });

  it('gets a request id of the service, and no trace that is not valid', async () => {
    running.model.always(playing(wantsOwnHeader));
    const headers = { 'x-request-id': 'an id with blanks', traceparent: '00-0-0-01', tracestate: 'a=1' };
    const response = await running.service.post('/chat', { query: 'not traced' }, { headers });
    await response.text();
    expect(sent().headers['x-request-id']).toBe(response.headers.get('x-request-id'));
    expect(sent().headers).not.toHaveProperty('traceparent');
    expect(sent().headers).not.toHaveProperty('tracestate');
  });

  it.each(ALL_WAYS)('may answer compressed, to a caller of %s', async (way) => {
    const bytes = gzipSync(RIGHT.map(String).join(''));
    running.model.always(script(head({ 'content-encoding': 'gzip' }), raw(bytes), end()));
    expect(await ask(running.service, way)).toMatchObject({ status: 200, text: 'Hello world.' });
  });
});

describe('A model server that cannot stream (stream: false)', () => {
  let running: ServiceWithModel;

  beforeAll(async () => {
    running = await startServiceWithSettings({ stream: false, stream_options: false });
  });
  afterAll(() => stopServiceWithModel(running));

  it.each(ALL_WAYS)('is asked for a complete answer (%s)', async (way) => {
    const body = JSON.stringify({
      choices: [{ message: { role: 'assistant', content: 'Hello world.' }, finish_reason: 'stop' }],
    });
    running.model.always(
      playing(({ json }) =>
        json.stream === false && json.stream_options === undefined
          ? { status: 200, body }
          : refusal(500, openAiError('no stream here')),
      ),
    );
    expect(await ask(running.service, way)).toMatchObject({ status: 200, text: 'Hello world.' });
  });
});
