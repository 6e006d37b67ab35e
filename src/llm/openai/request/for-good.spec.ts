import { readServerError } from '../refusal/server-error.js';
import { findRefusedParameter, isTrueOfOthers } from './refused-parameter.js';

const SENT = {
  model: 'm',
  messages: [],
  stream: true,
  stream_options: { include_usage: true },
  temperature: 1.5,
  max_tokens: 5_000,
  top_p: 0,
  top_k: -5,
  seed: 7,
};

function find(body: object) {
  const said = readServerError(body);
  return findRefusedParameter(said, said.message.slice(0, 300), SENT);
}

const error = (message: string, more: object = {}) => ({ error: { message, ...more } });
const at = (name: string, message: string) => error(message, { param: name });

describe('What a refusal of a parameter says of other requests', () => {
  it.each([
    ['vLLM', 'top_p', error('top_p must be in (0, 1], got 0.0.')],
    [
      'vLLM with its place',
      'top_p',
      at('top_p', 'top_p must be in (0, 1], got 0.0. (parameter=top_p, value=0.0)'),
    ],
    ['vLLM, a whole number', 'top_k', error('top_k must be 0 (disable), or at least 1, got -5.')],
    ['a range in brackets', 'temperature', error('temperature must be in [0, 1]')],
    ['a range without its verb', 'temperature', error('the value of temperature must in (0, 1.0]')],
    ['a range by its words', 'temperature', error('temperature should be within [0, 1]')],
    ['a range by its numbers', 'temperature', error('unsupported temperature, 0 to 1')],
    ['a range in dashes', 'temperature', error('temperature is not supported, 0-1')],
    ['a lower bound', 'top_k', error('top_k: Input should be greater than or equal to 0')],
    ['an upper bound', 'temperature', error('temperature is not allowed above 1')],
    ['at most', 'temperature', error('temperature not supported, at most 1')],
    ['must be up to', 'temperature', error('temperature must be less than or equal to 1')],
    ['a maximum', 'max_tokens', error('max_tokens is not supported, max 4096')],
    ['a camel', 'max_tokens', error('it has a maxOutputTokens of 5000 but the range is from 1 to 4096')],
    ['the value itself', 'temperature', error('temperature 1.5 is not supported by this model')],
    ['the value in Python', 'top_p', error('unsupported top_p=0.0')],
    ['a list of values', 'temperature', error('unsupported temperature, use one of 0, 0.5, 1')],
    ['two values', 'temperature', error('invalid temperature: only 0 or 1 is allowed for this model')],
    ['two values, listed', 'temperature', error('temperature: only 0, 1 are supported')],
    ['one number and above', 'temperature', error('temperature must be 1 or lower')],
    ['a limit that begins with only', 'max_tokens', error('max_tokens: only 4096 are allowed')],
    ['a code of the value', 'temperature', at('temperature', 'Unsupported value: temperature')],
    ['a code that may mean either', 'top_p', { error: { code: 'invalid_value', param: 'top_p' } }],
    ['a type', 'seed', error('seed is unsupported: expected a string')],
    [
      'two faults, of which the first is a value',
      'top_p',
      {
        detail: [
          { type: 'greater_than', loc: ['body', 'top_p'], msg: 'Input should be greater than 0' },
          { type: 'extra_forbidden', loc: ['body', 'stream_options'], msg: 'Extra inputs are not permitted' },
        ],
      },
    ],
    ['a mode', 'temperature', error('temperature is not supported when thinking is enabled')],
    ['one value in a mode', 'temperature', error('`temperature` may only be set to 1 when thinking is on')],
    ['a mode of tools', 'stream', error("'stream' is not supported with tools")],
    ['two parameters', 'temperature', error('temperature and top_p cannot be used together')],
    ['the moment', 'stream', error('the stream was not available, try again')],
    ['the moment of a parameter', 'temperature', error('temperature is temporarily not supported')],
    [
      'advice',
      'temperature',
      error('The model produced invalid content. Try again, or lower the temperature.'),
    ],
    [
      'advice on the length',
      'max_tokens',
      error('Invalid JSON cannot be parsed. You may increase max_tokens.'),
    ],
    ['Zhipu', 'temperature', error('temperature参数非法。请检查文档。', { code: '1214' })],
    ['Chinese: a range', 'temperature', error('temperature 取值范围为 0 到 1')],
    ['Chinese: a bound', 'temperature', error('不支持 temperature 大于 1')],
    ['Chinese: a value', 'temperature', error('不支持的参数值：temperature')],
    ['Chinese: void', 'top_p', error('参数 top_p 无效')],
    ['Chinese: two values', 'temperature', error('temperature 只支持 0 或 1')],
    ['Chinese: a mode', 'temperature', error('思考模式下不支持 temperature')],
    ['French', 'temperature', error('La température (temperature) est hors limites')],
  ])('is nothing: %s', (_, name, body) => {
    expect(find(body)).toEqual({ name, isForGood: false });
  });

  it.each([
    ['a typographic apostrophe', 'temperature', error('This model doesn’t support temperature.')],
    ['typographic quotes', 'stream', error('‘stream’ isn’t supported')],
    ['the first word', 'temperature', error('Temperature is not supported with this model')],
    [
      'Bedrock',
      'temperature',
      error('#: extraneous key [temperature] is not permitted, please reformat your input and try again.'),
    ],
    [
      'LiteLLM',
      'temperature',
      error("gw does not support parameters: ['temperature'], for model=o1. If you want to use them, say so"),
    ],
    ['a model of reasoning', 'temperature', error('temperature is not supported for reasoning models')],
    ['a name by its code', 'temperature', at('temperature', 'Extra inputs are not permitted')],
    [
      'the default alone',
      'temperature',
      error("'temperature' does not support 1.5 with this model. Only the default (1) value is supported.", {
        code: 'unsupported_value',
      }),
    ],
    ['one value', 'temperature', error('invalid temperature: only 1 is allowed for this model')],
    [
      'one value of another model',
      'temperature',
      error('invalid temperature: only 0.6 is allowed for this model'),
    ],
    ['one value, to be set', 'temperature', error('temperature must be set to 1.0.')],
    [
      'a model with a number',
      'max_tokens',
      error("Unsupported parameter: 'max_tokens' with gpt-5000-1. Use 'max_completion_tokens'"),
    ],
    ['a camel', 'top_k', error('Unknown name "topK": Cannot find field.')],
    ['Chinese: unknown', 'top_k', error('未知参数：top_k')],
    ['Chinese: not taken', 'temperature', error('该模型不支持 temperature 参数')],
    ['Chinese: one value', 'temperature', error('temperature 只能为 1')],
    ['Chinese: no streams', 'stream', error('该模型流式输出暂不支持')],
  ])('is the same: %s', (_, name, body) => {
    expect(find(body)).toEqual({ name, isForGood: true });
  });
});

describe('isTrueOfOthers', () => {
  const temperature = { name: 'temperature', isForGood: true };
  it.each([
    [true, undefined],
    [true, { top_p: 0.9, seed: 7 }],
    [false, { reasoning_effort: 'high' }],
    [false, { top_p: 'Unknown parameter: temperature' }],
    [false, { stop: ['Unknown parameter: temperature'] }],
    [false, { tools: [] }],
  ])('is %s of a request with %j', (expected, parameters) => {
    expect(isTrueOfOthers(temperature, parameters)).toBe(expected);
  });

  it('is true of names that the service chooses, whatever the caller sends', () => {
    const parameters = { tools: [] };
    expect(isTrueOfOthers({ name: 'stream_options', isForGood: true }, parameters)).toBe(true);
    expect(isTrueOfOthers({ name: 'max_tokens', isForGood: false }, parameters)).toBe(false);
  });
});
