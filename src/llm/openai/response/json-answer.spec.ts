import { JsonAnswer } from './json-answer.js';

function read(body: unknown, more: object = {}) {
  const answer = new JsonAnswer({ messages: [{ role: 'user', content: 'q' }], ...more });
  answer.push(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
  return { ...answer.end(), sideDeltas: answer.sideDeltas };
}

const whole = (message: object, more: object = {}) => ({ choices: [{ message, ...more }] });

describe('JsonAnswer', () => {
  it.each([undefined, null, '', 'none'])('is complete with a text and the finish reason %j', (reason) => {
    const said = whole({ content: 'Hi' }, { finish_reason: reason });
    expect(read(said)).toMatchObject({ text: 'Hi', finishReason: 'stop' });
  });

  it.each([
    { content: '' },
    { content: ' \n' },
    { content: null, reasoning_content: 'hm' },
    { content: '<think>hm' },
  ])('is broken where %j has no finish reason', (message) => {
    expect(read(whole(message))).toMatchObject({ failure: { code: 'model_failed', isRetriable: true } });
  });

  it('fails for an error beside its text', () => {
    expect(read({ ...whole({ content: 'Hi' }), error: { message: 'worker died' } })).toMatchObject({
      failure: { code: 'model_failed' },
    });
  });

  it('is none when it calls a tool, which none was offered', () => {
    const calls = [{ id: 'c', function: { name: 'search', arguments: '{}' } }];
    expect(read(whole({ content: null, tool_calls: calls }, { finish_reason: 'tool_calls' }))).toMatchObject({
      failure: { code: 'empty_answer', isRetriable: true },
    });
  });

  it('continues nothing by thinking alone, but may add nothing', () => {
    const goOn = { keptChars: 5 };
    const thought = whole({ content: '', reasoning: 'hm' }, { finish_reason: 'stop' });
    expect(read(thought, goOn)).toMatchObject({ failure: { code: 'empty_answer' } });
    expect(read(whole({ content: '' }, { finish_reason: 'stop' }), goOn)).toMatchObject({
      finishReason: 'stop',
    });
  });

  it.each(['\n', '\r\n', '\n\n'])('reads chunks that are lines, with the end %j', (lineEnd) => {
    const chunk = (delta: object, reason: string | null = null) =>
      JSON.stringify({ object: 'chat.completion.chunk', choices: [{ delta, finish_reason: reason }] });
    const lines = [chunk({ reasoning_content: 'hm' }), chunk({ content: 'H' }), chunk({ content: 'i' })];
    expect(read([...lines, chunk({}, 'stop'), ''].join(lineEnd))).toMatchObject({
      text: 'Hi',
      finishReason: 'stop',
      sideDeltas: [{ type: 'reasoning.delta', text: 'hm' }],
    });
    expect(read(lines.join(lineEnd))).toMatchObject({ text: 'Hi', failure: { code: 'model_failed' } });
  });
});
