import fc from 'fast-check';
import type { AnswerEnd } from './response-body.js';
import { StreamedAnswer } from './streamed-answer.js';
import { runs } from '../../../../test/property/runs.js';

const REQUEST = { messages: [{ role: 'user' as const, content: 'Hi' }] };

function frame(content: string, finishReason: string | null = null): string {
  return `data: ${JSON.stringify({ choices: [{ delta: { content }, finish_reason: finishReason }] })}\n\n`;
}

const FINISH = frame('', 'stop');
const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}\n\n';
const DONE = 'data: [DONE]\n\n';

interface Read {
  readonly text: string;
  readonly end: AnswerEnd;
}

function read(pieces: readonly (string | Buffer)[]): Read {
  const answer = new StreamedAnswer(REQUEST);
  let text = '';
  for (const piece of pieces) {
    text += answer.push(Buffer.from(piece as string));
    if (answer.state === 'done') break;
  }
  const end = answer.end();
  return { text: text + end.text, end };
}

function failureOf(...pieces: string[]): unknown {
  const { end } = read(pieces);
  return 'failure' in end ? end.failure : undefined;
}

describe('StreamedAnswer', () => {
  it('joins the deltas of one piece', () => {
    const answer = new StreamedAnswer(REQUEST);
    expect(answer.push(Buffer.from(frame('a') + frame('b') + frame('c').slice(0, 9)))).toBe('ab');
    expect(answer.push(Buffer.from(frame('c').slice(9)))).toBe('c');
  });

  it('goes from open over closing to done', () => {
    const answer = new StreamedAnswer(REQUEST);
    const states = [frame('a'), FINISH, USAGE, DONE].map((text) => {
      answer.push(Buffer.from(text));
      return answer.state;
    });
    expect(states).toEqual(['open', 'closing', 'closing', 'done']);
    expect(answer.end()).toEqual({
      text: '',
      finishReason: 'stop',
      usage: { inputTokens: 3, outputTokens: 4 },
    });
  });

  it('tells tokens from frames and comments without', () => {
    const answer = new StreamedAnswer(REQUEST);
    const thinking = 'data: {"choices":[{"delta":{"reasoning_content":"hm"}}]}\n\n';
    const marks = [': ping\n\n', frame(''), thinking, ': ping\n\n', frame('a'), FINISH].map((text) => {
      answer.push(Buffer.from(text));
      return answer.hasNewToken;
    });
    expect(marks).toEqual([false, false, true, false, true, false]);
  });

  it('tells reasoning and tool calls beside the text, storable', () => {
    const answer = new StreamedAnswer({ ...REQUEST, parameters: { tools: [{ type: 'function' }] } });
    const push = (delta: object) => {
      answer.push(Buffer.from(`data: ${JSON.stringify({ choices: [{ delta }] })}\n\n`));
      return answer.sideDeltas;
    };
    expect(push({ reasoning_content: 'h\0m' })).toEqual([{ type: 'reasoning.delta', text: 'hm' }]);
    const call = { index: 0, id: 'call\0', function: { name: 'search', arguments: '{' } };
    expect(push({ content: 'Hi', tool_calls: [call] })).toEqual([
      { type: 'tool_call.delta', index: 0, id: 'call', name: 'search', arguments: '{' },
    ]);
    expect(push({ content: '!' })).toEqual([]);
    answer.push(Buffer.from(FINISH + DONE));
    expect(answer.end()).toMatchObject({ finishReason: 'tool_calls' });
    expect(answer.sideDeltas).toEqual([]);
  });

  it('takes text that comes with a finish reason and after it, and none after [DONE]', () => {
    const { text, end } = read([
      frame('a', 'stop'),
      frame('b', 'stop'),
      frame('c', 'length'),
      DONE,
      frame('d'),
    ]);
    expect(text).toBe('abc');
    expect(end).toMatchObject({ finishReason: 'length' });
  });

  it('takes no reason for its end before its first token, and closes with the next', () => {
    const answer = new StreamedAnswer(REQUEST);
    const states = [frame('', 'stop'), frame('a'), frame('b', 'stop')].map((text) => {
      answer.push(Buffer.from(text));
      return answer.state;
    });
    expect(states).toEqual(['open', 'open', 'closing']);
    expect(failureOf(frame('', 'stop'), 'data: {"error":{}}\n\n')).toMatchObject({ code: 'model_failed' });
    expect(failureOf(frame('', 'length'), DONE)).toMatchObject({
      code: 'empty_answer',
      isRetriable: false,
    });
  });

  it('does not take twice what some servers repeat as a message at the end', () => {
    const message = { choices: [{ message: { content: 'ab' }, finish_reason: 'stop' }] };
    const whole = `data: ${JSON.stringify(message)}\n\n`;
    expect(read([frame('a'), frame('b'), whole, DONE]).text).toBe('ab');
    expect(read([frame('a'), frame('b', 'stop'), whole, DONE]).text).toBe('ab');
    expect(read([whole, DONE])).toMatchObject({ text: 'ab', end: { finishReason: 'stop' } });
  });

  it.each([
    ['a line end', 1],
    ['two', 2],
  ])('takes a last frame without %s', (_, length) => {
    expect(read([frame('a'), frame('b', 'length').slice(0, -length)])).toMatchObject({
      text: 'ab',
      end: { finishReason: 'length' },
    });
    expect(read([frame('a'), DONE.slice(0, -length)])).toMatchObject({
      end: { finishReason: 'stop' },
    });
    expect(failureOf('data: {"object":"error","code":400}\n\n'.slice(0, -length))).toMatchObject({
      code: 'model_refused',
    });
  });

  it('takes nothing of a last frame that is cut off', () => {
    expect(failureOf(frame('a'), frame('b', 'stop').slice(0, -3))).toMatchObject({ code: 'model_failed' });
    expect(read([frame('a', 'stop'), frame('b').slice(0, -3)])).toMatchObject({
      text: 'a',
      end: { finishReason: 'stop' },
    });
  });

  it('is complete when text is followed by [DONE] alone, with counts or without', () => {
    expect(read([frame('a'), DONE])).toMatchObject({ text: 'a', end: { finishReason: 'stop' } });
    expect(read([`${frame('a')}${USAGE}${DONE}`])).toMatchObject({
      text: 'a',
      end: { finishReason: 'stop' },
    });
  });

  it('takes the last counts, wherever they come', () => {
    const early = `data: ${JSON.stringify({ choices: [{ delta: { content: 'a' } }], usage: { prompt_tokens: 1, completion_tokens: 1 } })}\n\n`;
    expect(read([early, FINISH]).end).toMatchObject({ usage: { inputTokens: 1, outputTokens: 1 } });
    expect(read([early, FINISH, USAGE]).end).toMatchObject({ usage: { inputTokens: 3, outputTokens: 4 } });
  });

  it.each([
    ['an end', [frame('a')]],
    ['nothing at all', []],
    ['[DONE] without text', [frame(''), DONE]],
    ['usage', [frame('a'), USAGE]],
  ])('is a failure when %s comes before the finish reason', (_, pieces) => {
    expect(failureOf(...pieces)).toMatchObject({ code: 'model_failed', isRetriable: true });
  });

  it.each([
    ['an error', 'data: {"text":"out of memory","error_code":50002}\n\n'],
    ['a code and a message', 'data: {"code":"InternalError","message":"worker died"}\n\n'],
    ['a field error', 'error: {"message":"worker died"}\n\n'],
    ['a field error that is text', 'error: worker died\n\n'],
    ['an object without a field', '{"error":{"message":"worker died"}}\n\n'],
    ['an object without a field that is of another protocol', '{"x":1}\n\n'],
    ['an event of another name', 'event: failed\ndata: worker died\n\n'],
    ['a list', 'data: [{"error":{"code":500}}]\n\n'],
    ['an error in a choice', 'data: {"choices":[{"error":{"code":502},"delta":{}}]}\n\n'],
    ['what is of another protocol', 'data: {"message":"Internal Server Error"}\n\n'],
  ])('is a failure, [DONE] or not, after %s', (_, text) => {
    for (const done of ['', DONE]) {
      const { text: got, end } = read([frame('a'), text, done]);
      expect([got, end]).toMatchObject(['a', { failure: { code: 'model_failed', isRetriable: true } }]);
    }
  });

  it.each([
    ['a verdict on the prompt', 'data: {"choices":[],"prompt_filter_results":[{"prompt_index":0}]}\n\n'],
    ['a ping', 'data: {"type":"ping"}\n\n'],
    ['a ping by its name', 'event: ping\ndata: {}\n\n'],
    ['counts', USAGE],
    ['counts with a code of success', 'data: {"code":0,"message":"Success","usage":{"prompt_tokens":1}}\n\n'],
    ['an empty object', 'data: {}\n\n'],
    ['a field that is not known', 'foo: bar\nerrors: none\nerror:\n\n'],
  ])('is complete by [DONE] alone beside %s', (_, text) => {
    expect(read([text, frame('a'), text, DONE])).toMatchObject({
      text: 'a',
      end: { finishReason: 'stop' },
    });
  });

  it.each([
    ['content_filter', 'data: {"error":{"code":"data_inspection_failed","message":"no"}}\n\n'],
    ['length', 'data: {"error":{"code":500,"message":"Context size has been exceeded."}}\n\n'],
  ])(
    'ends with %s where text came before such an error, and fails where none came',
    (finishReason, error) => {
      expect(read([frame('a'), error, DONE])).toMatchObject({
        text: 'a',
        end: { text: '', finishReason },
      });
      expect(read([frame('a') + error])).toMatchObject({ text: 'a', end: { finishReason } });
      expect(failureOf(frame(''), error)).toMatchObject({ isRetriable: false });
      expect(failureOf(frame('', 'stop'), error)).toMatchObject({ isRetriable: false });
      const continued = new StreamedAnswer({ ...REQUEST, keptChars: 5 });
      continued.push(Buffer.from(error));
      expect(continued.end()).toMatchObject({ text: '', finishReason });
    },
  );

  it.each([
    ['an error', 'data: {"error":{"type":"server_error"}}\n\n'],
    ['what is no JSON', 'data: {"choices"\n\n'],
    ['an error event', 'event: error\ndata: {}\n\n'],
  ])('is not unmade by %s after the finish reason', (_, text) => {
    expect(failureOf(frame('a'), FINISH, text, DONE)).toBeUndefined();
  });

  it('gives the text before a failing frame in the same piece, and none after it', () => {
    const { text, end } = read([`${frame('a')}data: {\n\n${frame('b')}${FINISH}`]);
    expect(text).toBe('a');
    expect(end).toMatchObject({ failure: { message: 'a frame is not valid JSON' } });
  });

  it('ignores events that it does not know, and empty data', () => {
    const { text, end } = read([
      `event: ping\ndata: nonsense\n\ndata:\n\nevent: message\n${frame('a')}${FINISH}`,
    ]);
    expect([text, end]).toEqual(['a', expect.objectContaining({ finishReason: 'stop' })]);
  });

  it('is the same answer wherever it is cut', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }).map((text) => frame(text)),
      fc.constantFrom(
        frame('\ud83d'),
        frame('\udc4b'),
        frame('\0'),
        USAGE,
        ': ping\n\n',
        'data: {\n\n',
        'error: no\n\n',
        'data: {"x":1}\n\n',
        FINISH,
        DONE,
      ),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (frames, places) => {
          const bytes = Buffer.from(frames.join(''));
          const cuts = [
            0,
            ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b),
            bytes.length,
          ];
          const pieces = cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
          expect(read(pieces)).toEqual(read([bytes]));
        },
      ),
      { numRuns: runs(200) },
    );
  });
});
