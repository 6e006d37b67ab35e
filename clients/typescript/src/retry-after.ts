/**
 * What a `Retry-After` header asks for, in ms from now: it holds seconds or a date (RFC 9110, 10.2.3).
 * undefined: there is none, or none that can be read.
 */
export function readRetryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
