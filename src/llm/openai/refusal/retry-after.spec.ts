import { parseRetryAfter, readRetryAfter } from './retry-after.js';

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
    ['0.5', 0.5],
    ['1.', 1],
    ['.5', undefined],
    ['1.5.5', undefined],
    ['1e9', undefined],
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

describe('readRetryAfter', () => {
  it.each([
    [{ 'retry-after-ms': '250' }, 0.25],
    [{ 'retry-after-ms': '250', 'retry-after': '1' }, 0.25],
    [{ 'x-ms-retry-after-ms': '12.5' }, 0.0125],
    [{ 'retry-after-ms': 'soon', 'retry-after': '0.5' }, 0.5],
    [{ 'retry-after-ms': '99999999999999999999' }, 999_999.999],
    [{ 'retry-after-ms': '-1' }, undefined],
    [{}, undefined],
  ])('reads %j as %s s', (headers, seconds) => {
    expect(readRetryAfter(headers, NOW)).toBe(seconds);
  });
});
