import { readRetryAfterMs } from './retry-after.js';

const NOW = Date.parse('2026-11-20T08:30:00Z');

it.each<[string | undefined, number | undefined]>([
  ['3', 3_000],
  ['0', 0],
  [' 12 ', 12_000],
  ['Fri, 20 Nov 2026 08:30:05 GMT', 5_000],
  ['Fri, 20 Nov 2026 08:29:00 GMT', 0],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After: %s is %s ms', (value, expected) => {
  const headers = new Headers(value === undefined ? {} : { 'retry-after': value });
  expect(readRetryAfterMs(headers, NOW)).toBe(expected);
});
