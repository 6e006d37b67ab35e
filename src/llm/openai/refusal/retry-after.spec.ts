import { parseRetryAfter } from './retry-after.js';

const NOW = Date.parse('2026-11-01T12:00:00Z');

describe('parseRetryAfter', () => {
  it.each([
    ['0', 0],
    ['1', 1],
    [' 3600 ', 3_600],
    [['5', '6'], 5],
    ['Sun, 01 Nov 2026 12:00:30 GMT', 30],
    ['Sun, 01 Nov 2026 11:59:00 GMT', 0],
    ['Sunday, 01-Nov-26 12:00:10 GMT', 10],
    [undefined, undefined],
    ['', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['12:61', undefined],
    ['99999999999999999999', 999_999_999],
  ])('reads %j as %s', (value, seconds) => {
    expect(parseRetryAfter(value, NOW)).toBe(seconds);
  });

  it('rounds a part of a second up', () => {
    expect(parseRetryAfter('Sun, 01 Nov 2026 12:00:30 GMT', NOW - 500)).toBe(31);
  });
});
