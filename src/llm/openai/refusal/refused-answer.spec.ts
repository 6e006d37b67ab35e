import { ModelFailure } from '../../model-failure.js';
import { type Refusal, RefusedAnswer } from './refused-answer.js';

const OPTIONS: Refusal = { status: 400, afterMs: 20, retryAfterSeconds: undefined, isReadable: true };

function failureOf(body: string, options: Partial<Refusal> = {}): ModelFailure {
  const answer = new RefusedAnswer(
    { ...OPTIONS, ...options },
    { secrets: ['sk-secret-key'], texts: ['my question here'] },
  );
  answer.push(Buffer.from(body));
  const end = answer.end();
  if (!('failure' in end)) throw new Error('no failure');
  return end.failure;
}

it('A refusal is named by its status, and by the type and the code of its error', () => {
  const error = { message: 'my question', type: 'invalid_request_error', code: 'context_length_exceeded' };
  expect(failureOf(JSON.stringify({ error })).message).toBe(
    'it is too long for the model: status 400, type invalid_request_error, code context_length_exceeded',
  );
});

describe('what the log may quote of a refusal', () => {
  it.each([
    ['{"error":{"message":"no such value","type":"x"}}', 'no such value'],
    ['{"error":"no such value"}', 'no such value'],
    ['{"object":"error","message":"no such value"}', 'no such value'],
    ['{"detail":"no such value"}', 'no such value'],
    ['{"detail":[{"msg":"field required","input":"my question here, and more"}]}', 'field required'],
    ['[{"error":{"message":"no such value"}}]', 'no such value'],
    [
      '{"object":"error","message":{"detail":[{"msg":"no such value","input":"my question here"}]}}',
      'no such value',
    ],
    ['{"base_resp":{"status_msg":"no such value"}}', 'no such value'],
    ['{"error":{"message":["no such value","my question here"]}}', 'no such value; […]'],
    ['event: error\ndata: {"error":{"message":"no such value"}}\n\n', 'no such value'],
    ['<h1>no such\nvalue</h1>', '<h1>no such value</h1>'],
  ])('in %s is %s', (body, reason) => {
    expect(failureOf(body)).toMatchObject({ message: 'status 400', quote: reason });
  });

  it.each(['', '{"messages":[{"content":"my question here, and more"}]}', '[]', 'null', '5'])(
    'in %j is none',
    (body) => {
      expect(failureOf(body)).toMatchObject({ message: 'status 400', quote: '' });
    },
  );

  it('has neither the key nor the question', () => {
    expect(failureOf('bad key sk-secret-key for my question here').quote).toBe('bad key […] for […]');
  });

  it('is not looked for in a body that is no text', () => {
    expect(failureOf('\u001f\u008b', { isReadable: false })).toMatchObject({
      message: 'status 400',
      quote: '',
    });
  });

  it('is looked for only at the start of a long body', () => {
    const answer = new RefusedAnswer(OPTIONS, { texts: [] });
    answer.push(Buffer.from(`no ${'x'.repeat(8_000)}`));
    expect(answer.state).toBe('closing');
    answer.push(Buffer.from('x'.repeat(8_000)));
    expect(answer.state).toBe('done');
  });
});

describe('what a refusal means', () => {
  it('is not decided by the question that the server quotes', () => {
    const answer = new RefusedAnswer(OPTIONS, { texts: ['the maximum context length is 5'] });
    answer.push(Buffer.from('{"detail":"cannot read: the maximum context length is 5"}'));
    expect(answer.end()).toMatchObject({ failure: { code: 'model_refused' } });
  });

  it('is kept for those who decide by it', () => {
    const error = { message: 'no', param: 'temperature', code: 'unsupported_value' };
    expect(failureOf(JSON.stringify({ error })).said).toMatchObject(error);
  });
});

describe('when to come again', () => {
  it.each([
    [429, 7],
    [503, 7],
    [500, undefined],
    [400, undefined],
  ])('is passed on from status %s as %s', (status, expected) => {
    expect(failureOf('', { status, retryAfterSeconds: 7 }).retryAfterSeconds).toBe(expected);
  });
});

it.each([
  ['an error in JSON', '{"error":"busy"}', true],
  ['a page', '<html></html>', false],
  ['nothing', '', false],
])("A refusal is the word of the model server itself, or may be a proxy's: %s", (_, body, expected) => {
  expect(failureOf(body, { status: 503 }).isServersWord).toBe(expected);
});
