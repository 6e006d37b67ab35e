import fc from 'fast-check';
import type { SideDelta, ToolCallDelta } from '../../completion.js';
import { MAX_SIDE_CHARS, SideDeltas } from './side-deltas.js';

const callOf = (call: Partial<ToolCallDelta>): ToolCallDelta => ({
  type: 'tool_call.delta',
  index: 0,
  arguments: '',
  ...call,
});

function charsOf(delta: SideDelta): number {
  if (delta.type === 'reasoning.delta') return delta.text.length;
  return (delta.id ?? '').length + (delta.name ?? '').length + delta.arguments.length;
}

const arbitrarySize = fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: MAX_SIDE_CHARS }));
const arbitraryFrame = fc.record({
  reasoning: arbitrarySize.map((size) => 'r'.repeat(size)),
  toolCalls: fc.array(
    fc
      .record({
        index: fc.nat({ max: 127 }),
        id: arbitrarySize,
        name: fc.nat({ max: 9 }),
        json: arbitrarySize,
      })
      .map(({ index, id, name, json }) =>
        callOf({ index, id: 'i'.repeat(id), name: 'n'.repeat(name), arguments: '9'.repeat(json) }),
      ),
    { maxLength: 4 },
  ),
});

describe('SideDeltas', () => {
  it('have one bound for all texts, ids and names of an answer, and are never empty', () => {
    fc.assert(
      fc.property(fc.array(arbitraryFrame, { maxLength: 8 }), (frames) => {
        const sides = new SideDeltas();
        const sizes = frames.flatMap((frame) => sides.read(frame)).map(charsOf);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MAX_SIDE_CHARS);
        expect(sizes).not.toContain(0);
      }),
      { numRuns: 30 },
    );
  });

  it('are cut at the bound, without half a surrogate pair, and nothing follows', () => {
    const sides = new SideDeltas();
    const [call] = sides.read({ reasoning: '', toolCalls: [callOf({ id: 'c', arguments: '1'.repeat(9) })] });
    expect(call).toMatchObject({ id: 'c', arguments: '1'.repeat(9) });
    const [reasoning] = sides.read({ reasoning: 'x'.repeat(MAX_SIDE_CHARS - 11) + '🎉' });
    expect(reasoning).toEqual({ type: 'reasoning.delta', text: 'x'.repeat(MAX_SIDE_CHARS - 11) });
    expect(sides.read({ reasoning: 'more', toolCalls: [callOf({ id: 'd', arguments: '{}' })] })).toEqual([]);
  });

  it('leave out a piece of a call that has no id, no name and no arguments', () => {
    const sides = new SideDeltas();
    const calls = [callOf({}), callOf({ id: '\0' }), callOf({ name: 'search' })];
    expect(sides.read({ reasoning: '', toolCalls: calls })).toEqual([
      { type: 'tool_call.delta', index: 0, id: undefined, name: 'search', arguments: '' },
    ]);
  });
});
