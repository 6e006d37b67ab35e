import { LearnedParameters } from './learned-parameters.js';

describe('LearnedParameters', () => {
  const target = { baseUrl: 'http://a/v1', model: 'm' };

  it('believes what it learns for an hour, of this target', () => {
    let now = 5;
    const learned = new LearnedParameters(() => now);
    learned.learn(target, ['temperature']);
    now += 1_800_000;
    learned.learn(target, ['top_p']);
    expect(learned.refusedBy({ ...target })).toEqual(new Set());
    now += 1_799_999;
    expect(learned.refusedBy(target)).toEqual(new Set(['temperature', 'top_p']));
    now += 1;
    expect(learned.refusedBy(target)).toEqual(new Set(['top_p']));
    learned.learn(target, ['temperature']);
    expect(learned.refusedBy(target)).toEqual(new Set(['temperature', 'top_p']));
  });
});
