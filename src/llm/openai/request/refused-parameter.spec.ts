import { readServerError } from '../refusal/server-error.js';
import { findRefusedParameter } from './refused-parameter.js';

const SENT = {
  model: 'm',
  messages: [],
  stream: true,
  stream_options: { include_usage: true },
  temperature: 0.7,
  max_tokens: 500,
  top_p: 0.9,
  stop: ['.'],
};

function find(body: object | string, sent: object = SENT) {
  const said = readServerError(body);
  return findRefusedParameter(said, said.message.slice(0, 300), sent as Record<string, unknown>);
}

const error = (message: string, more: object = {}) => ({ error: { message, ...more } });

describe('findRefusedParameter', () => {
  it.each([
    ['stream_options', error('Unknown parameter: stream_options')],
    ['stream_options', error('Validation error at #/stream_options: Extra inputs are not permitted')],
    ['stream_options', error('stream_options: Extra inputs are not permitted')],
    ['stream_options', error("Additional properties are not allowed ('stream_options' was unexpected)")],
    ['stream_options', error("create() got an unexpected keyword argument 'stream_options'")],
    ['stream_options', error('The `stream_options` parameter is not supported', { param: 'x' })],
    ['stream_options', { detail: [{ loc: ['body', 'stream_options', 'include_usage'], msg: 'forbidden' }] }],
    [
      'stream_options',
      error('Unrecognized field "stream_options" (12 known properties: "temperature", "max_tokens")'),
    ],
    ['stream_options', error('不支持参数 stream_options')],
    ['temperature', error('Model incompatible request argument supplied: temperature')],
    ['temperature', error("provider does not support parameters: ['temperature'], for model=o1")],
    ['top_p', error('`top_p` cannot be set for this model', { param: 'top_p' })],
    ['max_tokens', error("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")],
    ['max_tokens', error('Use max_completion_tokens, max_tokens is deprecated')],
    ['stream', error('Unknown name "stream": Cannot find field.')],
    ['stream', error('Streaming is not supported by this model')],
    ['stream', error('This model does not support streaming', { param: null })],
    ['stream', error('stream must be false')],
    ['stream', error('该模型不支持流式输出')],
    [
      'stream',
      error('Provider returned error', {
        metadata: { raw: '{"error":{"message":"be verified","param":"stream"}}' },
      }),
    ],
  ])('finds %s in %j', (name, body) => {
    expect(find(body)).toEqual({ name, isForGood: true });
  });

  it.each([
    ['temperature', error('temperature must be between 0 and 1')],
    ['temperature', error('Range of temperature should be [0.0, 2.0), invalid value')],
    ['temperature', error('`temperature` and `top_p` cannot both be specified for this model')],
    ['max_tokens', error('max_tokens: 100000 > 8192, the maximum number of output tokens')],
    ['max_tokens', error('max_tokens is too large: 32000', { param: 'max_tokens' })],
  ])('takes %s for refused with this value in %j', (name, body) => {
    expect(find(body)).toEqual({ name, isForGood: false });
  });

  it.each([
    error("max_tokens is too large: the model's maximum context length is 8192 tokens", {
      param: 'max_tokens',
    }),
    error('input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000'),
    error('the request exceeds the limit, reduce max_tokens', { code: 'context_length_exceeded' }),
    error("'stop' is not supported with this model", { param: 'stop' }),
    error("'messages' must not be empty; temperature is unknown", { param: 'messages' }),
    error('system role not supported'),
    error('the upstream closed the stream: invalid state'),
    error('this model only supports stream mode'),
    error('my_temperature is invalid'),
    error('the model does not exist'),
    { detail: [{ loc: ['body', 'messages', 0], msg: 'invalid', input: { temperature: 1 } }] },
    error("[{'loc': ('body', 'messages'), 'msg': 'missing', 'input': {'temperature': 0.7}}]"),
    '',
    {},
  ])('finds nothing in %j', (body) => {
    expect(find(body)).toBeNull();
  });

  it('finds only what was sent', () => {
    expect(find(error('unknown argument: stream_options'), { model: 'm' })).toBeNull();
  });
});
