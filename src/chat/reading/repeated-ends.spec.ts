import { RepeatedEnds } from './repeated-ends.js';

describe('RepeatedEnds', () => {
  it('counts for a minute from the last repetition on', () => {
    const ends = new RepeatedEnds();
    expect(ends.count('turn', 0)).toBe(0);
    ends.add('turn', 1_000);
    ends.add('turn', 2_000);
    expect(ends.count('turn', 61_999)).toBe(2);
    expect(ends.count('other', 61_999)).toBe(0);
    expect(ends.count('turn', 62_000)).toBe(0);
    ends.add('turn', 62_000);
    expect(ends.count('turn', 62_000)).toBe(1);
  });

  it('remembers no more than 10,000 turns, the latest', () => {
    const ends = new RepeatedEnds();
    for (let turn = 0; turn <= 10_000; turn++) ends.add(`${turn}`, 0);
    expect(ends.count('0', 0)).toBe(0);
    expect(ends.count('1', 0)).toBe(1);
    expect(ends.count('10000', 0)).toBe(1);
  });
});
