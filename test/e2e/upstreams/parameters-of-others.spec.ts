import { type Play, type PlayedResponse, playing } from '../../support/model/server-play.js';
import { openAiError, refusal, RIGHT } from '../../support/model/server-play.frames.js';
import {
  type ServiceWithModel,
  startServiceWithModel,
  stopServiceWithModel,
} from '../../support/service/service-with-model.js';
import { ALL_WAYS, ask, type Way } from '../../support/service/ways-to-ask.js';

type Values = Readonly<Record<string, unknown>>;

/** A server that refuses some values, and what two callers send. */
interface Refusing {
  readonly report: string;
  readonly refuse: (json: Values) => object | null;
  readonly first: Values;
  readonly second: Values;
}

const above = (limit: number, body: object) => (json: Values) =>
  Number(json['temperature']) > limit ? body : null;
const vllm = (message: string, more: object = {}) =>
  openAiError(message, { type: 'BadRequestError', code: 400, ...more });

const HOT = { first: { temperature: 1.5 }, second: { temperature: 0.2 } };
const NO_TOP_P = { first: { top_p: 0 }, second: { top_p: 0.9 } };

const SERVERS: readonly Refusing[] = [
  {
    report: 'vLLM: top_p in half-open brackets',
    refuse: ({ top_p: value }) => (value === 0 ? vllm('top_p must be in (0, 1], got 0.0.') : null),
    ...NO_TOP_P,
  },
  {
    report: 'vLLM: the same with its name',
    refuse: ({ top_p: value }) =>
      value === 0 ? vllm('top_p must be in (0, 1], got 0.0.', { param: 'top_p' }) : null,
    ...NO_TOP_P,
  },
  {
    report: 'a gateway: a range in brackets',
    refuse: above(1, openAiError('temperature must be in [0, 1]')),
    ...HOT,
  },
  {
    report: 'Qianfan: a range, and no verb',
    refuse: above(1, {
      error: { code: 'invalid_argument', message: 'the value of temperature must in (0, 1.0]' },
    }),
    ...HOT,
  },
  {
    report: 'an Anthropic gateway: within',
    refuse: above(1, { object: 'error', message: 'temperature should be within [0, 1]', code: 400 }),
    ...HOT,
  },
  {
    report: 'songquanpeng/one-api#1141 (Zhipu): in Chinese, without a reason',
    refuse: above(1, { error: { code: '1214', message: 'temperature参数非法。请检查文档。' } }),
    ...HOT,
  },
  {
    report: 'Gemini: the length by another name',
    refuse: ({ max_tokens: value }) =>
      Number(value) > 9_000
        ? openAiError('it has a maxOutputTokens value of 99999 but the supported range is from 1 to 9000')
        : null,
    first: { max_tokens: 99_999 },
    second: { max_tokens: 50 },
  },
  {
    report: 'Anthropic: one temperature while it thinks',
    refuse: ({ reasoning_effort: effort, temperature }) =>
      effort && temperature
        ? openAiError("Unsupported parameter: 'temperature' is not supported with this model.", {
            code: 'unsupported_parameter',
            param: 'temperature',
          })
        : null,
    first: { temperature: 0.7, reasoning_effort: 'high' },
    second: { temperature: 0.2 },
  },
  {
    report: 'a server that fails once, and advises',
    refuse: above(1, openAiError('The model produced invalid content. Try again, or lower the temperature.')),
    ...HOT,
  },
];

const RIGHT_ONCE_TAKEN =
  (refuse: Refusing['refuse']): Play =>
  ({ json }) => {
    const body = refuse(json);
    return body ? refusal(400, body) : RIGHT;
  };

/** Real: the service, its database, HTTP both ways. Stand-in: a model server that refuses one caller's value. */
describe('A refusal of what one caller sends', () => {
  let running: ServiceWithModel;
  let other: string;
  beforeAll(async () => {
    running = await startServiceWithModel();
    other = await running.service.addClient('other');
  });
  afterAll(() => stopServiceWithModel(running));
  beforeEach(() => (running.model.requests.length = 0));

  /** The parameters of the last request, as far as `like` has them. */
  function lastSent(like: Values): Values {
    const body = running.model.requests.at(-1)!.body as Values | undefined;
    return Object.fromEntries(Object.keys(like).map((name) => [name, body?.[name]]));
  }

  async function askAsOther(more: object): Promise<number> {
    const body = { model: 'test-model', messages: [{ role: 'user', content: 'other' }], ...more };
    return (await running.service.post('/v1/chat/completions', body, { key: other })).status;
  }

  it.each(SERVERS.flatMap((server) => [[server.report, server]] as const))(
    'takes nothing from another: %s',
    async (_, { refuse, first, second }) => {
      running.model.always(playing(RIGHT_ONCE_TAKEN(refuse)));
      for (const way of ['openai', 'openai-json'] as const)
        expect(await ask(running.service, way, first)).toMatchObject({ status: 200, text: 'Hello world.' });
      expect(running.model.requests.length).toBeGreaterThan(2);
      expect(await askAsOther(second)).toBe(200);
      expect(lastSent(second)).toEqual(second);
    },
  );

  it.each<Way>(ALL_WAYS)(
    'that quotes a question about parameters takes nothing from another (%s)',
    async (way) => {
      const lie = 'Unknown parameter: temperature is not supported, Unsupported parameter: top_p';
      const quoting: Play = ({ json, nth }) => {
        const question = String(json.messages?.at(-1)?.content);
        return nth === 1 ? refusal(400, openAiError(`cannot read ${JSON.stringify(question)}`)) : RIGHT;
      };
      running.model.always(playing(quoting));
      const name = way === 'qa' ? 'question' : 'query';
      const asked = way.startsWith('openai')
        ? { messages: [{ role: 'user', content: lie }] }
        : { [name]: lie };
      await ask(running.service, way, { ...asked, ...(way !== 'qa' && { temperature: 0.7 }) });
      expect(running.model.requests).toHaveLength(1);
      expect(await askAsOther({ temperature: 0.2, top_p: 0.9 })).toBe(200);
      expect(lastSent({ temperature: 0, top_p: 0 })).toEqual({ temperature: 0.2, top_p: 0.9 });
    },
  );

  it.each([
    ['a member', { stop: ['Unsupported parameter: temperature'] }],
    ['a value that is no number', { metadata: { a: 'Unsupported parameter: temperature' } }],
  ])('that quotes %s of a caller takes nothing from another', async (_, planted) => {
    let left = 1;
    const quoting: Play = ({ json }): PlayedResponse | typeof RIGHT =>
      left-- > 0 ? refusal(400, openAiError(`cannot read ${JSON.stringify(json)}`)) : RIGHT;
    running.model.always(playing(quoting));
    await ask(running.service, 'openai-json', { temperature: 0.7, ...planted });
    expect(await askAsOther({ temperature: 0.2 })).toBe(200);
    expect(lastSent({ temperature: 0 })).toEqual({ temperature: 0.2 });
  });
});

describe('A refusal in other words', () => {
  it.each([
    ['a typographic apostrophe', 'This model doesn’t support temperature.'],
    ['Chinese', '该模型不支持 temperature 参数'],
    ['Chinese: unknown', '未知参数：temperature'],
    [
      'Bedrock',
      '#: extraneous key [temperature] is not permitted, please reformat your input and try again.',
    ],
  ])('is understood, and remembered for all: %s', async (_, message) => {
    const running = await startServiceWithModel();
    const { service, model } = running;
    try {
      model.always(playing(RIGHT_ONCE_TAKEN(above(0, openAiError(message)))));
      for (const way of ['json', 'openai'] as const)
        expect(await ask(service, way, { temperature: 0.7 })).toMatchObject({ text: 'Hello world.' });
      expect(model.requests.map(({ body }) => body?.temperature)).toEqual([0.7, undefined, undefined]);
    } finally {
      await stopServiceWithModel(running);
    }
  });
});
