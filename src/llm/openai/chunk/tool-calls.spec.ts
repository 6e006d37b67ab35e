import { decodeChatChunk } from './chat-chunk.js';

describe('what a frame says of tool calls', () => {
  const decodeDelta = (delta: object) => decodeChatChunk(JSON.stringify({ choices: [{ delta }] }));

  it.each<[string, object, object[]]>([
    [
      'the number, the id, the name and the arguments',
      {
        tool_calls: [
          { index: 1, id: 'call_1', type: 'function', function: { name: 'search', arguments: '' } },
        ],
      },
      [{ index: 1, id: 'call_1', name: 'search', arguments: '' }],
    ],
    [
      'no number and no id',
      { tool_calls: [{ function: { arguments: '{"q":1}' } }] },
      [{ index: undefined, id: '', name: '', arguments: '{"q":1}' }],
    ],
    [
      'arguments as an object',
      {
        tool_calls: [
          { index: 0, id: 'c', function: { name: 'f', arguments: { city: 'Paris', 'a"b': null } } },
        ],
      },
      [{ index: 0, id: 'c', name: 'f', arguments: '{"city":"Paris","a\\"b":null}' }],
    ],
    [
      'name and arguments beside the id',
      { tool_calls: [{ id: 'c', type: 'function', name: 'f', arguments: '{}' }] },
      [{ index: undefined, id: 'c', name: 'f', arguments: '{}' }],
    ],
    [
      'a function_call',
      { function_call: { name: 'f', arguments: '{}' } },
      [{ index: undefined, id: '', name: 'f', arguments: '{}' }],
    ],
    [
      'a function_call beside the same call',
      { tool_calls: [{ id: 'c', function: { name: 'f' } }], function_call: { name: 'f' } },
      [{ index: undefined, id: 'c', name: 'f', arguments: '' }],
    ],
    [
      'what Gemini wants back',
      { tool_calls: [{ extra_content: { google: { thought_signature: 's' } } }] },
      [
        {
          index: undefined,
          id: '',
          name: '',
          arguments: '',
          extraContent: { google: { thought_signature: 's' } },
        },
      ],
    ],
  ])('is the pieces of calls: %s', (_, delta, calls) => {
    expect(decodeDelta(delta)).toMatchObject({ calls, hasToken: true });
  });

  it.each([
    [{ tool_calls: 'no' }],
    [{ tool_calls: [null, 5, {}, { index: 0 }, { function: null }, { id: 5, function: { name: [] } }] }],
    [{ tool_calls: [], function_call: null }],
    [{ function_call: 'no' }],
  ])('is nothing of what is no call: %j', (delta) => {
    const chunk = decodeDelta(delta);
    expect(chunk.calls).toBeUndefined();
    expect(chunk.hasToken).toBe(false);
  });
});
