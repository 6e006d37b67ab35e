import fc from 'fast-check';
import { runs } from '../../../../test/property/runs.js';
import { StreamedAnswer } from './streamed-answer.js';

const json = (content: string, finishReason: string | null = null) =>
  JSON.stringify({
    object: 'chat.completion.chunk',
    choices: [{ delta: { content }, finish_reason: finishReason }],
  });
const frame = (data: string) => `data: ${data}\n\n`;
const HI = [frame(json('H')), frame(json('i'))];
const STOP = json('', 'stop');
const COUNTS = JSON.stringify({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } });

function read(pieces: readonly (string | Buffer)[], more: object = {}) {
  const answer = new StreamedAnswer({ messages: [{ role: 'user', content: 'q' }], ...more });
  let text = '';
  for (const piece of pieces) {
    text += answer.push(Buffer.from(piece as string));
    if (answer.state === 'done') break;
  }
  const end = answer.end();
  return { text: text + end.text, end };
}

describe('StreamedAnswer, of frames that a gateway has changed', () => {
  it.each<[string, string]>([
    ['chunks and an end without a prefix', `${HI.join('')}${STOP}\n\n${frame(COUNTS)}[DONE]\n\n`],
    ['no prefix at all', [json('H'), json('i'), STOP, '[DONE]'].join('\n\n')],
    ['an end alone without a prefix', `${HI.join('')}[DONE]`],
    [
      'prefixes that are doubled',
      [...HI, frame(STOP), frame('[DONE]')].map((text) => `data: ${text}`).join(''),
    ],
    ['an end behind two blanks', `${HI.join('')}data:  [DONE]\n\n`],
    ['an end in quotes', `${HI.join('')}data: "[DONE]"\n\n`],
    ['an end that is an event', `${HI.join('')}event: done\ndata: [DONE]\n\n`],
    ['names', [...HI, frame(STOP)].map((text) => `event: chat.completion.chunk\n${text}`).join('')],
    [
      'names of another protocol',
      [...HI, frame(STOP)].map((text) => `event: message.delta\n${text}`).join(''),
    ],
  ])('reads %s, wherever it is cut', (_, said) => {
    const complete = read([said]);
    expect(complete).toMatchObject({ text: 'Hi', end: { finishReason: 'stop' } });
    expect(read([...said])).toEqual(complete);
    fc.assert(
      fc.property(fc.array(fc.nat(said.length)), (places) => {
        const cuts = [0, ...places.sort((a, b) => a - b), said.length];
        expect(read(cuts.slice(1).map((end, index) => said.slice(cuts[index], end)))).toEqual(complete);
      }),
      { numRuns: runs(50) },
    );
  });

  it.each(['null', '[]', '{}', 'ping', 'PING', '"ping"', ': PROCESSING', ' '])(
    'takes the data %j for a sign of life',
    (data) => {
      const said = [frame(data), HI[0]!, frame(data), HI[1]!, frame('[DONE]')];
      expect(read(said)).toMatchObject({ text: 'Hi', end: { finishReason: 'stop' } });
    },
  );

  it.each<[string, string]>([
    ['in a line', '{"object":"chat.completion.chunk","error":{"message":"worker died"}}\n\n'],
    ['in a named event', 'event: chunk\ndata: {"choices":[],"error":{"message":"worker died"}}\n\n'],
    ['by other data', 'data: "worker died"\n\n'],
    ['by a line that is no chunk', '{"x":1}\n\n'],
  ])('fails where the server says so %s', (_, said) => {
    expect(read([HI[0]!, said, frame('[DONE]')])).toMatchObject({
      text: 'H',
      end: { failure: { code: 'model_failed', isRetriable: true } },
    });
  });

  it.each<[string, string]>([
    ['<!DOCTYPE html><html>Just a moment...</html>', 'the answer is not JSON and no event stream'],
    ['upstream error\n', 'the answer is not JSON and no event stream'],
    [': ping\n\n', 'the answer ended without a finish reason'],
    ['event: x\n', 'the answer ended without a finish reason'],
    [HI[0]!, 'the answer ended without a finish reason'],
  ])('says of %j what it is', (said, message) => {
    expect(read([said]).end).toMatchObject({ failure: { code: 'model_failed', message } });
  });
});

describe('StreamedAnswer, without a text', () => {
  const call = { tool_calls: [{ index: 0, id: 'c', function: { name: 'search', arguments: '{}' } }] };
  const of = (delta: object, finishReason: string) =>
    frame(JSON.stringify({ choices: [{ delta, finish_reason: finishReason }] }));
  const EMPTY = { failure: { code: 'empty_answer', isRetriable: true } };

  it('is none when it calls a tool, which none was offered', () => {
    expect(read([of(call, 'tool_calls')]).end).toMatchObject(EMPTY);
    expect(read([of({ ...call, content: 'Hi' }, 'tool_calls')])).toMatchObject({
      text: 'Hi',
      end: { finishReason: 'stop' },
    });
  });

  it.each<[string, object]>([
    ['reasoning', { reasoning_content: 'hm' }],
    ['encrypted reasoning', { reasoning_details: [{ type: 'reasoning.encrypted', data: 'b64==' }] }],
    ['a block', { content: '<think>hm</think>\n\n' }],
    ['a call', call],
  ])('continues nothing by %s alone, but may add nothing', (_, delta) => {
    expect(read([of(delta, 'stop')], { keptChars: 5 }).end).toMatchObject(EMPTY);
    expect(read([of(delta, 'length')], { keptChars: 5 }).end).toMatchObject({ finishReason: 'length' });
    expect(read([of({}, 'stop')], { keptChars: 5 }).end).toMatchObject({ finishReason: 'stop' });
  });

  it.each<[string, object, number]>([
    ['Hi', { thinking: 'open' }, 1],
    ['hm</think>Hi', { thinking: 'open' }, 0],
    ['<think>hm', { thinking: 'open' }, 0],
    ['Hi', {}, 0],
  ])('says that %j has no closing tag, where the setting is %j, %i times', (content, setting, times) => {
    let calls = 0;
    read([of({ content }, 'stop')], { ...setting, onUnclosed: () => calls++ });
    read([of({ content }, 'length')], { ...setting, onUnclosed: () => calls++ });
    expect(calls).toBe(times);
  });
});
