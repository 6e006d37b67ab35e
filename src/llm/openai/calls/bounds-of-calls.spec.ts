import fc from 'fast-check';
import { StreamedAnswer } from '../response/streamed-answer.js';
import { callsIn, frame, OFFERED, piece, read } from '../../../../test/support/model/called-tools.js';

describe('The calls of an answer', () => {
  it('keep arguments that are cut within an escape, or within a surrogate pair', () => {
    const json = '{"a":"\\ud83c\\udf89 \\"🎉\\n\\u4f60\\\\"}';
    fc.assert(
      fc.property(fc.array(fc.nat(json.length), { maxLength: 8 }), (cuts) => {
        const places = [...cuts, json.length].sort((a, b) => a - b);
        const pieces = places.map((end, index) => json.slice(places[index - 1] ?? 0, end));
        const { calls } = read([
          piece({ index: 0, id: 'a' }, 'get_time', ''),
          ...pieces.map((part) => piece({ index: 0 }, undefined, part)),
        ]);
        expect(calls).toEqual([{ id: 'a', name: 'get_time', arguments: json }]);
      }),
    );
  });

  it('are storable', () => {
    const { calls } = read([piece({ index: 0, id: 'a\0\ud800' }, 'get\0_time', '{"a":"\0\ud83d"}')]);
    expect(calls).toEqual([{ id: 'a\ufffd', name: 'get_time', arguments: '{"a":"\ufffd"}' }]);
    const unstorable = read([
      { tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{}' }, extra_content: { s: '\0' } }] },
    ]);
    expect(unstorable.calls).toEqual([{ id: 'a', name: 'f', arguments: '{}' }]);
  });

  it.each(['stop', 'tool_calls', 'function_call', 'tool_use', 'end_turn', 'STOP'])(
    'end by tool_calls, whatever their server says: %s',
    (finish) => {
      expect(read([piece({ id: 'a' }, 'get_time', '{}')], finish).end).toMatchObject({
        finishReason: 'tool_calls',
      });
    },
  );

  it('leave the reasons length and content_filter as they are, and make no arguments up then', () => {
    for (const finishReason of ['length', 'content_filter']) {
      const cut = read(
        [piece({ id: 'a' }, 'get_time', '{"a'), piece({ id: 'b' }, 'get_weather', '')],
        finishReason,
      );
      expect(cut.end).toMatchObject({ finishReason });
      expect(cut.calls.map((call) => call.arguments)).toEqual(['{"a', '']);
    }
  });

  it('stand beside a text; without calls an answer ends by stop, whatever its server says', () => {
    const both = read([{ content: 'I look.' }, piece({ id: 'a' }, 'get_time', '{}')], 'stop');
    expect(both).toMatchObject({ text: 'I look.', end: { finishReason: 'tool_calls' } });
    expect(read([{ content: 'Hi' }], 'tool_calls').end).toMatchObject({ finishReason: 'stop' });
    expect(read([{ content: null }], 'tool_calls').end).toMatchObject({ failure: { code: 'empty_answer' } });
  });

  it('are none where no tool was offered', () => {
    const call = piece({ id: 'a' }, 'get_time', '{}');
    for (const parameters of [undefined, {}, { tools: [] }, { tools: null }]) {
      expect(read([call], 'tool_calls', { messages: [], parameters })).toMatchObject({
        deltas: [],
        end: { failure: { code: 'empty_answer' } },
      });
      expect(read([{ content: 'Hi' }, call], 'tool_calls', { messages: [], parameters })).toMatchObject({
        deltas: [],
        text: 'Hi',
        end: { finishReason: 'stop' },
      });
    }
  });

  it.each<[place: string, last: string, outcome: string, json: string, text?: string]>([
    ['inside the arguments', 'nothing', 'fails', '{"a":'],
    ['inside the arguments', '[DONE]', 'fails', '{"a":'],
    ['inside the arguments, behind a text,', '[DONE]', 'fails', '{"a":', 'Hi'],
    ['behind complete arguments', 'nothing', 'fails', '{"a":1}'],
    ['behind complete arguments', '[DONE]', 'ends', '{"a":1}'],
    ['behind a call without arguments', '[DONE]', 'ends', ''],
  ])('of a stream that gives no reason: %s followed by %s, it %s', (_, last, outcome, json, text = '') => {
    const answer = new StreamedAnswer(OFFERED);
    for (const delta of [{ content: text }, piece({ id: 'a' }, 'get_time', json)])
      answer.push(frame({ choices: [{ index: 0, delta }] }));
    if (last !== 'nothing') answer.push(frame(last));
    const expected =
      outcome === 'ends' ? { finishReason: 'tool_calls' } : { failure: { code: 'model_failed' } };
    expect(answer.end()).toMatchObject(expected);
  });

  it('are read once where a server ends its stream with the complete message', () => {
    const answer = new StreamedAnswer(OFFERED);
    answer.push(frame({ choices: [{ index: 0, delta: piece({ index: 0, id: 'a' }, 'get_time', '{}') }] }));
    const got = [...answer.sideDeltas];
    answer.push(
      frame({
        choices: [{ index: 0, message: piece({ id: 'a' }, 'get_time', '{}'), finish_reason: 'stop' }],
      }),
    );
    got.push(...answer.sideDeltas);
    expect(answer.end()).toMatchObject({ finishReason: 'tool_calls' });
    expect(callsIn([...got, ...answer.sideDeltas])).toEqual([{ id: 'a', name: 'get_time', arguments: '{}' }]);
  });

  it('carry what Gemini wants back, with the call or after it', () => {
    const extra_content = { google: { thought_signature: 'c2ln' } };
    const extraContent = extra_content;
    const call = { id: 'a', function: { name: 'get_time', arguments: '{}' } };
    const expected = [{ id: 'a', name: 'get_time', arguments: '{}', extraContent }];
    expect(read([{ tool_calls: [{ ...call, extra_content }] }]).calls).toEqual(expected);
    expect(read([{ tool_calls: [call] }, { tool_calls: [{ extra_content }] }]).calls).toEqual(expected);
  });

  it('are at most 128: at the next one the answer is cut, and ends by length', () => {
    const calls = (count: number) =>
      Array.from({ length: count }, (_, index) => piece({ index, id: `c${index}` }, 'get_time', '{}'));
    expect(read(calls(128))).toMatchObject({ end: { finishReason: 'tool_calls' } });
    const cut = read(calls(130));
    expect(cut).toMatchObject({ end: { finishReason: 'length' } });
    expect(cut.calls).toHaveLength(128);
  });

  it('are cut where they exceed the bound of a text, and the answer ends by length', () => {
    const request = { ...OFFERED, maxTokens: 1 };
    const { calls, end } = read(
      [piece({ id: 'a' }, 'get_time', `{"a":"${'x'.repeat(2_000)}"}`)],
      'tool_calls',
      request,
    );
    expect(end).toMatchObject({ finishReason: 'length' });
    expect(calls[0]!.arguments.length).toBe(1_056 - 'aget_time'.length);
  });

  it('count as output where the server does not count', () => {
    const { end } = read([
      { content: 'Hi' },
      piece({ id: 'a' }, 'get_weather', `{"city":"${'Paris '.repeat(40)}"}`),
    ]);
    const alone = read([{ content: 'Hi' }], 'stop').end;
    expect('usage' in end && 'usage' in alone && end.usage.outputTokens > alone.usage.outputTokens + 40).toBe(
      true,
    );
  });

  it('cost time linear in their length, also where the name comes with each piece', () => {
    const pieces = Array.from({ length: 30_000 }, () =>
      piece({ index: 0, id: 'a' }, 'get_time', 'xxxxxxxxxx'),
    );
    const begun = performance.now();
    read([piece({ index: 0, id: 'a' }, 'get_time', '{"a":"'), ...pieces]);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
