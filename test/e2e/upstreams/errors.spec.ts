import { type Play, playing, type PlayStep } from '../../support/model/server-play.js';
import {
  deltaEvent,
  DONE,
  HELLO,
  RIGHT,
  ROLE,
  STOP,
  textEvent,
  USAGE,
} from '../../support/model/server-play.frames.js';
import {
  startServiceWithModel,
  type ServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { shortenPauses } from '../../support/service/short-pauses.js';
import { ALL_WAYS, ask, type Way } from '../../support/service/ways-to-ask.js';

const data = (value: unknown) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`;

/** The first attempt says `Hello`, then `steps`; the second says all, or goes on from `Hello`. */
const failingAfterHello = (...steps: readonly PlayStep[]): Play => {
  return ({ nth, json }) => {
    if (nth === 1) return [ROLE, HELLO[0]!, ...steps];
    const isContinued = json.messages?.some(
      ({ role, content }) => role === 'assistant' && content === 'Hello',
    );
    return isContinued ? [...HELLO.slice(1), STOP, DONE] : RIGHT;
  };
};

const failing = (body: unknown): Play => failingAfterHello(data(body), DONE);

/** Errors that do not look like OpenAI's, in the middle of an answer. A repetition may succeed. */
const IN_THE_MIDDLE: readonly [report: string, play: Play, outcome?: string][] = [
  ['lm-sys/FastChat#1515: a text and an error_code', failing({ text: 'out of memory', error_code: 50002 })],
  [
    'DashScope: a code and a message',
    failing({ code: 'InternalError', message: 'worker died', request_id: 'r' }),
  ],
  ['SiliconFlow: a number and a message', failing({ code: 50501, message: 'worker died', data: null })],
  ['Zhipu: a code and a msg', failing({ code: 500, msg: 'worker died', success: false })],
  [
    'MiniMax: base_resp, and choices that are null',
    failing({ choices: null, base_resp: { status_code: 1013, status_msg: 'no' } }),
  ],
  [
    'Qianfan: an error_code and an error_msg',
    failing({ error_code: 336000, error_msg: 'internal error', id: 'c' }),
  ],
  [
    'NousResearch/hermes-agent#68451 (Venice): error_type and error_message',
    failing({ error_type: 'server_fault', error_message: 'worker died' }),
  ],
  ['FastAPI: a detail', failing({ detail: 'worker died' })],
  [
    'huggingface/text-generation-inference#2749: an error that is text',
    failing({ error: 'worker died', error_type: 'generation' }),
  ],
  [
    'Gemini: a list of errors',
    failing([{ error: { code: 500, message: 'worker died', status: 'INTERNAL' } }]),
  ],
  [
    'Cloudflare: success is false',
    failing({ success: false, errors: [{ code: 7000, message: 'worker died' }], result: null }),
  ],
  ['a gateway: a message alone, then [DONE]', failing({ message: 'Internal Server Error' })],
  [
    'OpenRouter: an error beside empty choices',
    failing({ id: 'c', object: 'chat.completion.chunk', choices: [], error: { code: 502, message: 'no' } }),
  ],
  [
    'OpenRouter: an error in the choice',
    failing({
      choices: [
        { index: 0, delta: { content: '' }, finish_reason: 'error', error: { code: 502, message: 'no' } },
      ],
    }),
  ],
  [
    'diegosouzapw/OmniRoute#8210: a limit of the worker',
    failing({ choices: [], error: { code: 503, message: 'limit reached' } }),
    'model_overloaded',
  ],
  ['a field error of SSE with JSON', failingAfterHello('error: {"message":"worker died"}\n\n', DONE)],
  ['a field error of SSE with text', failingAfterHello('error: worker died\n\n', DONE)],
  [
    'a field error of SSE, written in pieces',
    failingAfterHello('err', 5, 'or: wor', 5, 'ker died\n\n', DONE),
  ],
  [
    'New API: a line of JSON in the stream',
    failingAfterHello('{"error":{"message":"worker died"}}\n\n', DONE),
  ],
  ['an event of another name, then [DONE]', failingAfterHello('event: failed\ndata: worker died\n\n', DONE)],
  ['Apigee: a fault', failing({ fault: { faultstring: 'worker died', detail: { errorcode: 'x' } } })],
  ['WeChat and its kin: errcode and errmsg', failing({ errcode: 50001, errmsg: 'worker died' })],
  ['LM Studio: an event error', failingAfterHello('event: error\ndata: {"error":"worker died"}\n\n', DONE)],
  [
    'vLLM: an error with its code',
    failing({ error: { object: 'error', message: 'worker died', type: 'InternalServerError', code: 500 } }),
  ],
  [
    'an answer that ends with MALFORMED_FUNCTION_CALL (Gemini)',
    failingAfterHello(deltaEvent({}, 'function_call_filter: MALFORMED_FUNCTION_CALL'), DONE),
  ],
  [
    'an answer that ends with network_error (Zhipu)',
    failingAfterHello(deltaEvent({}, 'network_error'), DONE),
  ],
];

/** Errors with the status 200, in place of an answer. */
const AS_JSON: readonly [report: string, body: unknown, outcome?: string][] = [
  ['MiniMax: base_resp', { base_resp: { status_code: 1013, status_msg: 'no' }, choices: null }],
  [
    'oobabooga/textgen#7257: an error',
    { error: { code: 500, message: 'worker died', type: 'server_error' } },
  ],
  ['Gemini: a list', [{ error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } }], 'model_overloaded'],
  ['FastChat: an error_code', { text: 'worker died', error_code: 50001 }],
];

/** What looks odd, and is an answer: `Hello world.` */
const HARMLESS: readonly [report: string, play: Play][] = [
  [
    'Azure: the verdict on the prompt has no choice',
    () => [data({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] }), ...RIGHT],
  ],
  [
    'Spark: a code of success with each frame',
    () => [
      ...HELLO.map((frame) => frame.replace('{', '{"code":0,"message":"Success","sid":"s",')),
      data({ code: 0, message: 'Success', usage: { prompt_tokens: 1, completion_tokens: 1 } }),
      STOP,
      DONE,
    ],
  ],
  [
    'MiniMax: a base_resp of success',
    () => [ROLE, ...HELLO, STOP, data({ choices: [], base_resp: { status_code: 0, status_msg: '' } }), DONE],
  ],
  [
    'Anthropic and gateways: pings',
    () => [data({ type: 'ping' }), ROLE, ...HELLO, data({ type: 'ping' }), DONE],
  ],
  ['simple servers: [DONE] alone', () => [...HELLO, USAGE, DONE]],
  [
    'Groq: x_groq beside the choice',
    () => [ROLE.replace('{', '{"x_groq":{"id":"r"},'), ...HELLO, STOP, DONE],
  ],
  [
    'an error that is null',
    () => [ROLE, ...HELLO.map((frame) => frame.replace('{', '{"error":null,')), STOP, DONE],
  ],
  ['fields of SSE that are not known', () => [ROLE, 'errors: none\nfoo: bar\n\n', ...HELLO, STOP, DONE]],
  [
    'an error after the finish reason',
    () => [ROLE, ...HELLO, STOP, data({ text: 'late', error_code: 50002 }), DONE],
  ],
  [
    'text about errors',
    () => [textEvent('Hello'), ...HELLO.slice(1), deltaEvent({ content: '' }), STOP, DONE],
  ],
];

/**
 * Real: the service, its database, HTTP both ways. Stand-in: a model server that plays what was met in the field, in
 * words of our own.
 */
describe('An error of a model server that does not look like one', () => {
  let running: ServiceWithModel;

  beforeAll(async () => {
    running = await startServiceWithModel();
    shortenPauses(running.service);
  });
  afterAll(() => stopServiceWithModel(running));
  afterEach(async () => {
    // With half of its calls failing, the target would be taken out of service.
    running.model.always(playing(() => RIGHT));
    for (const way of ['json', 'json'] as const) await ask(running.service, way);
  });

  async function askWith(way: Way, play: Play) {
    const asked = running.model.requests.length;
    running.model.always(playing(play));
    const told = await ask(running.service, way);
    const outcomes = told.receipt?.attempts.map(({ outcome }) => outcome);
    return { ...told, outcomes, calls: running.model.requests.length - asked };
  }

  describe.each(ALL_WAYS)('to a caller of %s', (way) => {
    it.each(IN_THE_MIDDLE)('%s: another attempt follows', async (_, play, outcome = 'model_failed') => {
      const told = await askWith(way, play);
      expect(told).toMatchObject({ status: 200, text: 'Hello world.', finishReason: 'stop', calls: 2 });
      expect(told.receipt).toMatchObject({ status: 'completed', text: 'Hello world.' });
      expect(told.outcomes).toEqual([outcome, 'answered']);
    });

    it.each(AS_JSON)(
      '%s, with the status 200: another attempt follows',
      async (_, body, outcome = 'model_failed') => {
        const told = await askWith(way, ({ nth }) =>
          nth === 1 ? { status: 200, body: JSON.stringify(body) } : RIGHT,
        );
        expect(told).toMatchObject({ status: 200, text: 'Hello world.', calls: 2 });
        expect(told.outcomes).toEqual([outcome, 'answered']);
      },
    );

    it.each(HARMLESS)('%s: it is no error', async (_, play) => {
      const told = await askWith(way, play);
      expect(told).toMatchObject({ status: 200, text: 'Hello world.', finishReason: 'stop', calls: 1 });
      expect(told.outcomes).toEqual(['answered']);
    });
  });
});
