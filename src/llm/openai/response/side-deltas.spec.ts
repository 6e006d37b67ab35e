import { MAX_SIDE_CHARS, SideDeltas } from './side-deltas.js';

const NOTHING_OFFERED = { messages: [] };

describe('SideDeltas', () => {
  it('cut the reasoning at its bound, without half a surrogate pair, and nothing follows', () => {
    const sides = new SideDeltas(NOTHING_OFFERED);
    expect(sides.read({ reasoning: 'x'.repeat(MAX_SIDE_CHARS - 1) + '🎉' })).toEqual([
      { type: 'reasoning.delta', text: 'x'.repeat(MAX_SIDE_CHARS - 1) },
    ]);
    expect(sides.read({ reasoning: 'more' })).toEqual([]);
  });

  it('have no call where no tool was offered', () => {
    const sides = new SideDeltas(NOTHING_OFFERED);
    const calls = [{ index: 0, id: 'c', name: 'search', arguments: '{}' }];
    expect(sides.read({ reasoning: 'hm', calls })).toEqual([{ type: 'reasoning.delta', text: 'hm' }]);
    expect(sides.calls.end(true)).toEqual([]);
    expect(sides.calls.isEmpty).toBe(true);
  });
});
