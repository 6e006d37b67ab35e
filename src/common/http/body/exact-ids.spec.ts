import { parseWithExactIds } from './exact-ids.js';

describe('parseWithExactIds', () => {
  it.each<[string, unknown]>([
    ['{"user_id":1867236450293841921}', { user_id: '1867236450293841921' }],
    [
      '{"conversation_id":-9007199254740993,"uid":12345678901234567890}',
      { conversation_id: '-9007199254740993', uid: '12345678901234567890' },
    ],
    ['{"user_id":9007199254740991}', { user_id: 9007199254740991 }],
    ['{"user_id":"1867236450293841921"}', { user_id: '1867236450293841921' }],
    // Not as digits alone, or not for an id.
    ['{"user_id":1e20,"uid":1.0}', { user_id: 1e20, uid: 1 }],
    ['{"user_id":0.1234567890123456}', { user_id: 0.1234567890123456 }],
    ['{"max_tokens":18446744073709551616}', { max_tokens: 2 ** 64 }],
    ['{"query":"1867236450293841921"}', { query: '1867236450293841921' }],
  ])('reads %s', (json, value) => {
    expect(parseWithExactIds(json)).toEqual(value);
  });

  it('refuses what is no JSON', () => {
    expect(() => parseWithExactIds('{"user_id":1867236450293841921')).toThrow(SyntaxError);
  });
});
