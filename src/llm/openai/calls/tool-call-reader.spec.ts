import type { ToolCallDelta } from '../../completion.js';
import { piece, read } from '../../../../test/support/model/called-tools.js';

const PARIS = { id: 'a', name: 'get_weather', arguments: '{"city":"Paris"}' };
const ROME = { id: 'b', name: 'get_weather', arguments: '{"city":"Rome"}' };
const TIME = { id: 'b', name: 'get_time', arguments: '{}' };

/** A made id is as good as any. */
const anyId = (call: object) => ({ ...call, id: expect.stringMatching(/^call_[0-9a-f]{24}$/) as unknown });

describe('The calls of an answer', () => {
  it.each<[server: string, deltas: object[], calls: object[]]>([
    [
      'OpenAI: two calls, one after the other, the id and the name at first',
      [
        piece({ index: 0, id: 'a', type: 'function' }, 'get_weather', ''),
        piece({ index: 0 }, undefined, '{"city"'),
        piece({ index: 0 }, undefined, ':"Paris"}'),
        piece({ index: 1, id: 'b', type: 'function' }, 'get_time', ''),
        piece({ index: 1 }, undefined, '{}'),
      ],
      [PARIS, TIME],
    ],
    [
      'two calls whose pieces take turns',
      [
        piece({ index: 0, id: 'a' }, 'get_weather', '{"city"'),
        piece({ index: 1, id: 'b' }, 'get_weather', '{"city"'),
        piece({ index: 0 }, undefined, ':"Paris"}'),
        piece({ index: 1 }, undefined, ':"Rome"}'),
      ],
      [PARIS, ROME],
    ],
    [
      'vLLM: all calls complete in one delta',
      [
        {
          tool_calls: [
            { index: 0, id: 'a', function: PARIS },
            { index: 1, id: 'b', function: ROME },
          ],
        },
      ],
      [PARIS, ROME],
    ],
    [
      'ollama#15457: the number 0 for all, another id for each',
      [
        piece({ index: 0, id: 'a' }, PARIS.name, PARIS.arguments),
        piece({ index: 0, id: 'b' }, ROME.name, ROME.arguments),
      ],
      [PARIS, ROME],
    ],
    [
      'the number 0 for all, in pieces',
      [
        piece({ index: 0, id: 'a' }, 'get_weather', ''),
        piece({ index: 0 }, undefined, '{"city":"Paris"}'),
        piece({ index: 0, id: 'b' }, 'get_weather', ''),
        piece({ index: 0 }, undefined, '{"city":"Rome"}'),
      ],
      [PARIS, ROME],
    ],
    [
      'the number 0 for all, and no id',
      [piece({ index: 0 }, PARIS.name, PARIS.arguments), piece({ index: 0 }, ROME.name, ROME.arguments)],
      [PARIS, ROME].map(anyId),
    ],
    [
      'one id for all calls',
      [piece({ id: 'a' }, PARIS.name, PARIS.arguments), piece({ id: 'a' }, ROME.name, ROME.arguments)],
      [PARIS, anyId(ROME)],
    ],
    [
      'Gemini: complete calls without a number',
      [piece({ id: 'a' }, PARIS.name, PARIS.arguments), piece({ id: 'b' }, ROME.name, ROME.arguments)],
      [PARIS, ROME],
    ],
    [
      'Gemini: arguments in pieces without a number',
      [piece({ id: 'a' }, 'get_weather', '{"ci'), piece({}, undefined, 'ty":"Paris"}')],
      [PARIS],
    ],
    [
      'complete calls without number and id in one delta',
      [
        {
          tool_calls: [{ function: { name: 'get_time', arguments: '' } }, { function: { name: 'get_time' } }],
        },
      ],
      [TIME, TIME].map(anyId),
    ],
    [
      'a number at first and none afterwards, and the other way round',
      [
        piece({ index: 0, id: 'a' }, 'get_weather', '{"city"'),
        piece({}, undefined, ':"Paris"}'),
        piece({ id: 'b' }, 'get_weather', '{"city"'),
        piece({ index: 1 }, undefined, ':"Rome"}'),
      ],
      [PARIS, ROME],
    ],
    [
      'numbers from 1, and with holes',
      [
        piece({ index: 1, id: 'a' }, PARIS.name, PARIS.arguments),
        piece({ index: 7, id: 'b' }, 'get_time', '{}'),
      ],
      [PARIS, TIME],
    ],
    [
      'Ollama: arguments as an object',
      [piece({ index: 0, id: 'a' }, 'get_weather', { city: 'Paris' })],
      [PARIS],
    ],
    [
      'the id with each piece',
      ['{"city"', ':"Paris"}']
        .map((json) => piece({ index: 0, id: 'a' }, undefined, json))
        .toSpliced(0, 0, piece({ index: 0, id: 'a' }, 'get_weather', '')),
      [PARIS],
    ],
    [
      'Poolside: another id with the arguments than with the name',
      [
        piece({ index: 0, id: 'a' }, 'get_weather', ''),
        piece({ index: 0, id: 'x' }, undefined, '{"city"'),
        piece({ index: 0, id: 'x' }, undefined, ':"Paris"}'),
      ],
      [PARIS],
    ],
    [
      'a new id and the name with each piece',
      [
        piece({ index: 0, id: 'a' }, 'get_weather', '{"city"'),
        piece({ index: 0, id: 'x' }, 'get_weather', ':"Paris"}'),
      ],
      [PARIS],
    ],
    [
      'no id at all',
      [piece({ index: 0 }, 'get_weather', ''), piece({ index: 0 }, undefined, PARIS.arguments)],
      [anyId(PARIS)],
    ],
    [
      'the id after the name',
      [piece({ index: 0 }, 'get_weather'), piece({ index: 0, id: 'a' }, undefined, PARIS.arguments)],
      [PARIS],
    ],
    [
      'Anthropic through a gateway: the name with each piece',
      [
        piece({ index: 0, id: 'a' }, 'get_weather', ''),
        piece({ index: 0, id: 'a' }, 'get_weather', '{"city"'),
        piece({ index: 0, id: 'a' }, 'get_weather', ':"Paris"}'),
        piece({ index: 0, id: 'a' }, 'get_weather', ''),
      ],
      [PARIS],
    ],
    [
      'continuedev#5849: a name in pieces',
      [
        piece({ index: 0, id: 'a' }, 'edit_ex', ''),
        piece({ index: 0 }, 'isting_file', ''),
        piece({ index: 0 }, undefined, '{}'),
      ],
      [{ id: 'a', name: 'edit_existing_file', arguments: '{}' }],
    ],
    [
      'calls without arguments and ids, each in a delta',
      [piece({ index: 0 }, 'get_weather', ''), piece({ index: 0 }, 'get_time', '')],
      [anyId({ name: 'get_weather', arguments: '{}' }), anyId(TIME)],
    ],
    ['empty arguments', [piece({ index: 0, id: 'b' }, 'get_time', '')], [TIME]],
    ['no arguments', [piece({ index: 0, id: 'b' }, 'get_time')], [TIME]],
    ['arguments that are null', [piece({ index: 0, id: 'b' }, 'get_time', null)], [TIME]],
    [
      'openai-python#3201: two pieces of a call in one delta',
      [
        {
          tool_calls: [
            { index: 0, id: 'a', function: { name: 'get_weather', arguments: '{"city"' } },
            { index: 0, function: { arguments: ':"Paris"}' } },
          ],
        },
      ],
      [PARIS],
    ],
    [
      'the complete arguments once more at the end',
      [
        piece({ index: 0, id: 'a' }, 'get_weather', '{"city":"Paris"}'),
        piece({ index: 0, id: 'a' }, 'get_weather', '{"city":"Paris"}'),
      ],
      [PARIS],
    ],
    [
      'the former form: function_call',
      [
        { function_call: { name: 'get_weather' } },
        { function_call: { arguments: '{"city"' } },
        { function_call: { arguments: ':"Paris"}' } },
      ],
      [anyId(PARIS)],
    ],
    [
      'arguments before the name',
      [piece({ index: 0, id: 'a' }, undefined, '{"city"'), piece({ index: 0 }, 'get_weather', ':"Paris"}')],
      [PARIS],
    ],
  ])('are reported alike: %s', (_, deltas, calls) => {
    const result = read(deltas);
    expect(result.calls).toEqual(calls.map((call) => expect.objectContaining(call) as unknown));
    expect(result.calls).toHaveLength(calls.length);
    expect(result.end).toMatchObject({ finishReason: 'tool_calls' });
    expectOneForm(result.deltas as ToolCallDelta[]);
  });

  /** Each begin has an id, a name and the next number; all else has a number that has begun, and no id. */
  function expectOneForm(deltas: readonly ToolCallDelta[]): void {
    let begun = 0;
    const ids = new Set<string>();
    for (const { index, id, name } of deltas) {
      expect(id === undefined).toBe(name === undefined);
      if (id === undefined) expect(index).toBeLessThan(begun);
      else expect(index).toBe(begun++);
      if (id !== undefined) expect(ids.has(id)).toBe(false);
      if (id !== undefined) ids.add(id);
    }
  }
});
