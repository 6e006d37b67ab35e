import {
  type Play,
  type PlayedResponse,
  type PlayRequest,
  playing,
} from '../../support/model/server-play.js';
import { openAiError, refusal, RIGHT } from '../../support/model/server-play.frames.js';
import { startServiceWithSettings } from '../../support/service/service-with-settings.js';
import { type ServiceWithModel, stopServiceWithModel } from '../../support/service/service-with-model.js';
import { ALL_WAYS, ask, type Way } from '../../support/service/ways-to-ask.js';

type Json = PlayRequest['json'];

/** A server that refuses some requests, and answers all others right. */
interface Refusing {
  readonly report: string;
  /** The refusal of a request; null: it is taken. */
  readonly refuse: (json: Json) => PlayedResponse | null;
  /** What a caller asks beside the question. */
  readonly more?: object;
  /** Of the model, in the file of models. */
  readonly settings?: object;
  /** How many requests the first question costs; absent: 2. */
  readonly first?: number;
}

const WHOLE: PlayedResponse = {
  status: 200,
  body: JSON.stringify({
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hello world.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 11, completion_tokens: 7 },
  }),
};

/** FastAPI's form, as of vLLM, SGLang and Mistral. */
const extra = (json: Json, ...place: string[]) => [
  { type: 'extra_forbidden', loc: ['body', ...place], msg: 'Extra inputs are not permitted', input: json },
];

/** Of QA callers, only the model's own settings reach the server. */
const defaults = (values: object) => ({ defaults: values });

const has = (json: Json, name: string) => json[name] !== undefined;

const SERVERS: readonly Refusing[] = [
  {
    report: 'anomalyco/opencode#37964: max_tokens has a new name',
    settings: defaults({ max_tokens: 500 }),
    more: { max_tokens: 500 },
    refuse: (json) =>
      has(json, 'max_tokens')
        ? refusal(
            400,
            openAiError("'max_tokens' is not supported by this model: use 'max_completion_tokens'", {
              code: 'unsupported_parameter',
              param: 'max_tokens',
            }),
          )
        : null,
  },
  {
    report: 'QwenLM/qwen-code#921: only the default temperature',
    settings: defaults({ temperature: 0.7 }),
    more: { temperature: 0.7 },
    refuse: (json) =>
      (json.temperature ?? 1) !== 1
        ? refusal(
            400,
            openAiError("'temperature' does not support 0.7 with this model, only the default of 1", {
              code: 'unsupported_value',
              param: 'temperature',
            }),
          )
        : null,
  },
  {
    report: 'cline/cline#2764: stream_options is unknown',
    refuse: (json) =>
      has(json, 'stream_options') ? refusal(400, openAiError('unknown argument: stream_options')) : null,
  },
  {
    report: 'a FastAPI server: no further members',
    refuse: (json) =>
      has(json, 'stream_options') ? refusal(422, { detail: extra(json, 'stream_options') }) : null,
  },
  {
    report: 'microsoft/semantic-kernel#10510 (Mistral): the fault is an object in place of a message',
    refuse: (json) =>
      has(json, 'stream_options')
        ? refusal(422, { object: 'error', message: { detail: extra(json, 'stream_options') } })
        : null,
  },
  {
    report: 'vLLM: the list of faults is text',
    refuse: (json) =>
      has(json, 'stream_options')
        ? refusal(400, {
            object: 'error',
            message: `[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), 'msg': 'Extra inputs are not permitted', 'input': {'stream': True, 'max_tokens': 5}}]`,
            type: 'BadRequestError',
            code: 400,
          })
        : null,
  },
  {
    report: 'yym68686/ChatGPT-Telegram-Bot#101 (Gemini): an unknown name, in a list',
    refuse: (json) =>
      has(json, 'stream_options')
        ? refusal(400, [
            {
              error: {
                code: 400,
                message: 'Invalid JSON payload received. Unknown name "stream_options": Cannot find field.',
                status: 'INVALID_ARGUMENT',
              },
            },
          ])
        : null,
  },
  {
    report: 'a Rust server: an unknown field, and a list of all known ones',
    refuse: (json) =>
      has(json, 'stream_options')
        ? refusal(
            422,
            openAiError(
              'unknown field `stream_options`, expected one of `messages`, `stream`, `temperature`, `max_tokens`',
            ),
          )
        : null,
  },
  {
    report: 'o1 in its first version: no streams at all',
    refuse: (json) =>
      json.stream
        ? refusal(
            400,
            openAiError("Unsupported value: 'stream' does not support true with this model.", {
              code: 'unsupported_value',
              param: 'stream',
            }),
          )
        : WHOLE,
  },
  {
    report: 'charmbracelet/crush#1216: an organization that may not stream',
    refuse: (json) =>
      json.stream
        ? refusal(
            400,
            openAiError('Your organization must be verified to stream this model', {
              param: 'stream',
              code: 'unsupported_value',
            }),
          )
        : WHOLE,
  },
  {
    report: 'openai/openai-python#1724 (Azure): max_completion_tokens is unknown, and set',
    settings: { ...defaults({ max_tokens: 500 }), parameters: { max_tokens: 'max_completion_tokens' } },
    more: { max_tokens: 500 },
    refuse: (json) =>
      has(json, 'max_completion_tokens')
        ? refusal(400, openAiError('Unrecognized request argument supplied: max_completion_tokens'))
        : null,
  },
  {
    report: 'GPT-5 behind an old proxy: three parameters, refused one after the other',
    settings: defaults({ max_tokens: 500, temperature: 0.7 }),
    more: { max_tokens: 500, temperature: 0.7 },
    first: 4,
    refuse: (json) => {
      const name = ['max_tokens', 'temperature', 'stream_options'].find((one) => has(json, one));
      return name === undefined
        ? null
        : refusal(400, openAiError(`Unsupported parameter: '${name}'`, { param: name }));
    },
  },
  {
    report: 'Warma10032/VideoAdGuard#34 (Kimi): only one temperature',
    settings: defaults({ temperature: 0.7 }),
    more: { temperature: 0.7 },
    refuse: (json) =>
      has(json, 'temperature')
        ? refusal(400, openAiError('invalid temperature: only 1 is allowed for this model'))
        : null,
  },
  {
    report: 'DayuanJiang/next-ai-draw-io#861 (Bedrock): temperature is deprecated',
    settings: defaults({ temperature: 0.7 }),
    more: { temperature: 0.7 },
    refuse: (json) =>
      has(json, 'temperature')
        ? refusal(400, { message: 'The model returned: `temperature` is deprecated for this model.' })
        : null,
  },
];

/** Real: the service, its database, HTTP both ways. Stand-in: a model server that plays what was met in the field. */
describe.each(SERVERS)('A model server that refuses a parameter ($report)', (server) => {
  // The others are asked in all ways, too, but begin with one.
  const isScenario = SERVERS.indexOf(server) < 3;
  const { refuse, more, settings = {}, first = 2 } = server;
  const play: Play = ({ json }) => refuse(json) ?? RIGHT;
  let running: ServiceWithModel;

  beforeEach(async () => {
    running = await startServiceWithSettings(settings);
    running.model.always(playing(play));
  });
  afterEach(() => stopServiceWithModel(running));

  /** The first question goes by `way`, and one by each other way follows. */
  it.each(isScenario ? ALL_WAYS : ALL_WAYS.slice(1, 2))(
    'answers a caller of %s without a setting, and is asked right from then on',
    async (way) => {
      const { service, model } = running;
      expectAnswer(await ask(service, way, more));
      expect(model.requests).toHaveLength(first);
      const others = ALL_WAYS.filter((other) => other !== way);
      for (const other of others) expectAnswer(await ask(service, other, more));
      expect(model.requests).toHaveLength(first + others.length);
    },
  );
});

function expectAnswer(told: Awaited<ReturnType<typeof ask>>): void {
  expect(told).toMatchObject({ status: 200, text: 'Hello world.', finishReason: 'stop' });
  const [attempt, ...others] = told.receipt!.attempts;
  expect(attempt).toMatchObject({ outcome: 'answered' });
  expect(others).toEqual([]);
}

describe('A refusal that names a parameter', () => {
  const tooLong = openAiError(
    "'max_tokens' is too large: 9000. The model's context length is 8192 tokens, and the request has 100",
    { param: 'max_tokens' },
  );
  const outOfRange = openAiError("'temperature' must be between 0 and 1, got 1.8", { param: 'temperature' });
  const noStop = openAiError("'stop' is not supported with this model", {
    code: 'unsupported_parameter',
    param: 'stop',
  });
  let running: ServiceWithModel;

  beforeEach(async () => {
    running = await startServiceWithSettings({});
  });
  afterEach(() => stopServiceWithModel(running));

  it.each<Way>(['json', 'openai-json'])('because the context is too small is final (%s)', async (way) => {
    running.model.always(playing(() => refusal(400, tooLong)));
    expect((await ask(running.service, way, { max_tokens: 9_000 })).status).toBeGreaterThanOrEqual(400);
    expect(running.model.requests).toHaveLength(1);
  });

  it.each<Way>(['json', 'openai-json'])('because of its value is about this value only (%s)', async (way) => {
    running.model.always(
      playing(({ json }) => (json.temperature === 1.8 ? refusal(400, outOfRange) : RIGHT)),
    );
    expectAnswer(await ask(running.service, way, { temperature: 1.8 }));
    expectAnswer(await ask(running.service, way, { temperature: 0.5 }));
    expect(running.model.requests.map(({ body }) => body?.temperature)).toEqual([1.8, undefined, 0.5]);
  });

  it('is final when the answer would be another one without it', async () => {
    running.model.always(playing(({ json }) => (has(json, 'stop') ? refusal(400, noStop) : RIGHT)));
    expect((await ask(running.service, 'openai-json', { stop: '.' })).status).toBeGreaterThanOrEqual(400);
    expect(running.model.requests).toHaveLength(1);
  });

  it('teaches nothing when the server does not answer without it, either', async () => {
    running.model.always(
      playing(({ json }) =>
        json.model === 'test-model' ? refusal(400, openAiError('invalid stream_options, or so')) : RIGHT,
      ),
    );
    await ask(running.service, 'json');
    await ask(running.service, 'json');
    expect(running.model.requests.map(({ body }) => body && 'stream_options' in body)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
