import fc from 'fast-check';
import { ModelFailure } from '../../model-failure.js';
import { ErrorInAnswer, toAnswerFailure, toServerFailure } from '../refusal/server-failure.js';
import { type ChatChunk, decodeChatChunk, decodeErrorEvent } from './chat-chunk.js';

function decode(chunk: unknown): ChatChunk {
  return decodeChatChunk(JSON.stringify(chunk));
}

function decodeDelta(delta: unknown, rest: object = {}): ChatChunk {
  return decode({ choices: [{ index: 0, delta, ...rest }] });
}

const NOTHING = { texts: [] };

function failureOf(payload: string): ModelFailure {
  try {
    decodeChatChunk(payload);
  } catch (error) {
    return toAnswerFailure(error, { messages: [] });
  }
  throw new Error('no failure');
}

describe('what a frame says beside its text', () => {
  const decodeDelta = (delta: object) => decodeChatChunk(JSON.stringify({ choices: [{ delta }] }));

  it.each([
    [{ reasoning_content: 'hm' }, 'hm'],
    [{ reasoning: 'hm' }, 'hm'],
    [{ reasoning_content: null, reasoning: 'hm' }, 'hm'],
    [{ reasoning_content: '', reasoning: 'hm' }, 'hm'],
    [{ reasoning_content: 5 }, ''],
    [{ content: 'Hi' }, ''],
  ])('is the reasoning of %j: %j', (delta, reasoning) => {
    expect(decodeDelta(delta).reasoning).toBe(reasoning);
  });
});

describe('the text of a frame', () => {
  it.each([
    [{ content: 'Hi' }, 'Hi', true],
    [{ content: '' }, '', false],
    [{ content: null }, '', false],
    [{ role: 'assistant' }, '', false],
    [{ role: 'assistant', content: '' }, '', false],
    [{ content: ' ' }, ' ', true],
    [{ reasoning_content: 'hm' }, '', true],
    [{ reasoning: 'hm', content: null }, '', true],
    [{ reasoning_content: 'hm', content: 'Hi' }, 'Hi', true],
    [
      {
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'thinking', thinking: [] },
          null,
          { type: 'text', text: '!' },
        ],
      },
      'Hi!',
      true,
    ],
    [{ content: 5 }, '', false],
    [{ tool_calls: [{}] }, '', false],
    [null, '', false],
    [undefined, '', false],
  ])('of %j is %j', (delta, text, hasToken) => {
    expect(decodeDelta(delta)).toMatchObject({ text, hasToken });
  });

  it('takes the first of several answers, wherever it is, and nothing of the others', () => {
    const of = (index: number, content: string, finish_reason: string | null = null) => ({
      index,
      delta: { content },
      finish_reason,
    });
    expect(decode({ choices: [of(1, 'no', 'stop'), of(0, 'yes')] })).toEqual({
      text: 'yes',
      hasToken: true,
      reasoning: '',
      isMessage: false,
    });
    expect(decode({ choices: [of(1, 'no', 'stop')] })).toEqual({
      text: '',
      hasToken: false,
      reasoning: '',
      isMessage: false,
    });
    expect(decode({ choices: [{ delta: { content: 'yes' } }] }).text).toBe('yes');
  });

  it.each([[{}], [{ choices: [] }], [{ choices: null }], [{ choices: [null] }]])(
    'is empty in %j',
    (chunk) => {
      expect(decode(chunk)).toEqual({ text: '', reasoning: '', hasToken: false, isMessage: false });
    },
  );

  it('is the message where the answer is not streamed', () => {
    expect(decode({ choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] })).toMatchObject({
      text: 'Hi',
      finishReason: 'stop',
    });
  });
});

describe('the finish reason', () => {
  const words: [string, string][] = [
    ['stop', 'stop STOP eos eos_token stop_sequence end_turn COMPLETE'],
    ['tool_calls', 'tool_calls tool_use function_call TOOL_CALL'],
    ['stop', 'constructor something-new'],
    ['length', 'length max_tokens MAX_TOKENS FINISH_REASON_MAX_TOKENS model_length pause_turn'],
    ['length', 'model_context_window_exceeded'],
    [
      'content_filter',
      'content_filter content-filter content_filtered content_filter:RECITATION SAFETY SPII',
    ],
    ['content_filter', 'RECITATION PROHIBITED_CONTENT BLOCKLIST refusal sensitive guardrail_intervened'],
  ];
  const cases = words.flatMap(([meaning, all]) => all.split(' ').map((word) => [word, meaning] as const));

  it.each([
    ...cases,
    ['content_filter: RECITATION', 'content_filter'] as const,
    ...['', null, undefined, 1].map((none) => [none, undefined] as const),
  ])('%j is %s', (reason, expected) => {
    expect(decodeDelta({}, { finish_reason: reason }).finishReason).toBe(expected);
  });

  it.each([
    ['error', 'error'],
    ['abort', 'abort'],
    ['network_error', 'network_error'],
    ['insufficient_system_resource', 'insufficient_system_resource'],
    ['MALFORMED_FUNCTION_CALL', 'malformed_function_call'],
    ['function_call_filter: MALFORMED_FUNCTION_CALL', 'function_call_filter'],
    ['error: my secret', 'error'],
  ])('%s is a failure that may pass, and the log has only its word', (reason, word) => {
    expect(() => decodeDelta({}, { finish_reason: reason })).toThrow(
      expect.objectContaining({
        code: 'model_failed',
        isRetriable: true,
        message: `the model ended with ${word}`,
      }) as Error,
    );
  });
});

describe('the counts', () => {
  it.each([
    [
      { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
      { inputTokens: 3, outputTokens: 4 },
    ],
    [
      { prompt_tokens: 0, completion_tokens: 0 },
      { inputTokens: 0, outputTokens: 0 },
    ],
    [{ prompt_tokens: 3 }, undefined],
    [{ prompt_tokens: 3, completion_tokens: -1 }, undefined],
    [{ prompt_tokens: '3', completion_tokens: 4 }, undefined],
    [{ prompt_tokens: 1.5, completion_tokens: 4 }, undefined],
    [null, undefined],
    ['3', undefined],
  ])('of %j are %j, with and without a choice', (usage, expected) => {
    expect(decode({ choices: [], usage }).usage).toEqual(expected);
    expect(decode({ choices: [{ delta: {} }], usage }).usage).toEqual(expected);
  });
});

describe('a frame that fails', () => {
  it.each(['', '{', 'null', '5', '"x"', '[]', '[{"choices":[]}]', 'undefined', '{"a":1}{"b":2}'])(
    'is %j',
    (payload) => {
      expect(failureOf(payload)).toMatchObject({ code: 'model_failed', isRetriable: true });
    },
  );

  it('has an error, also beside a choice', () => {
    const choices = [{ delta: { content: 'Hi' }, finish_reason: 'stop' }];
    expect(failureOf(JSON.stringify({ error: { code: 429 }, choices }))).toMatchObject({
      code: 'model_overloaded',
    });
  });

  it('has the error in its choice', () => {
    const choices = [{ error: { code: 502, message: 'no' }, delta: { content: '' }, finish_reason: 'error' }];
    expect(failureOf(JSON.stringify({ choices }))).toMatchObject({
      code: 'model_failed',
      message: 'an error inside the answer: code 502',
    });
  });

  it('is a list of errors', () => {
    expect(failureOf('[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}]')).toMatchObject({
      code: 'model_overloaded',
    });
  });

  it('may be the error itself, without a wrapping', () => {
    const error = { object: 'error', code: 400, type: 'BadRequestError', message: 'too long', param: null };
    expect(failureOf(JSON.stringify(error))).toMatchObject({
      code: 'model_refused',
      isRetriable: false,
      message: 'an error inside the answer: type BadRequestError, code 400',
    });
  });

  it('is named by the words of its error, not by its message', () => {
    const error = { type: 'server_error', code: 500, message: 'while answering "my secret"' };
    expect(failureOf(JSON.stringify({ error })).message).toBe(
      'an error inside the answer: type server_error, code 500',
    );
    expect(failureOf('{"choices": "my secret').message).toBe('a frame is not valid JSON');
  });

  /** One of a chunk, an error, and a failure. */
  function expectTotal(payload: string): void {
    let chunk: ChatChunk | undefined;
    try {
      chunk = decodeChatChunk(payload);
    } catch (error) {
      if (error instanceof ErrorInAnswer)
        expect(toServerFailure(error.said, NOTHING).message).toMatch(/an error inside the answer: /);
      else expect(error).toBeInstanceOf(ModelFailure);
      return;
    }
    expect(typeof chunk.text).toBe('string');
  }

  it('fails as a model fails, whatever JSON it is', () => {
    fc.assert(fc.property(fc.json(), expectTotal));
  });

  const part = fc.oneof(
    fc.constantFrom(null, 0, 1, 500, '', 'x', true, {}, [], [null]),
    fc.jsonValue({ maxDepth: 1 }),
  );

  it('is found in any place of the form, too', () => {
    const choice = fc.record({ delta: part, message: part, finish_reason: part, error: part });
    const frame = fc.record(
      { choices: fc.oneof(part, fc.array(fc.oneof(part, choice))), usage: part },
      { requiredKeys: [] },
    );
    fc.assert(fc.property(frame, (value) => expectTotal(JSON.stringify(value))));
  });

  it('is never both an answer and an error, in whatever members', () => {
    const names =
      'error error_code error_msg detail base_resp code message msg type object status success errors';
    const said = fc.record(Object.fromEntries(names.split(' ').map((name) => [name, part])), {
      requiredKeys: [],
    });
    const delta = fc.option(fc.record({ content: fc.constantFrom('Hi', '') }));
    fc.assert(
      fc.property(said, delta, (members, answer) => {
        const frame = { ...members, ...(answer && { choices: [{ index: 0, delta: answer }] }) };
        expectTotal(JSON.stringify(frame));
        if (!answer || members['error']) return;
        // A frame with a choice is an answer, whatever else it has.
        expect(decode(frame).text).toBe(answer.content);
      }),
    );
  });
});

describe('decodeErrorEvent', () => {
  it.each([
    ['{"error":{"code":429}}', 'model_overloaded'],
    ['{"code":429}', 'model_overloaded'],
    ['{"type":"invalid_request_error"}', 'model_refused'],
    ['Input is too long for requested model', 'context_too_long'],
    ['"boom"', 'model_failed'],
    ['boom', 'model_failed'],
  ])('reads %s as %s', (data, code) => {
    expect(toServerFailure(decodeErrorEvent(data).said, NOTHING).code).toBe(code);
  });
});
