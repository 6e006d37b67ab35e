/** Some 30 years. */
const MAX_SECONDS = 999_999_999;

/**
 * The seconds that a `Retry-After` header (RFC 9110, 10.2.3) asks for, in either of its forms: a number
 * of seconds, or a date. Rounded up, never below 0; undefined for anything else.
 * @param nowMs the wall clock in milliseconds since the epoch, which the date is compared with
 */
export function parseRetryAfter(value: string | string[] | undefined, nowMs: number): number | undefined {
  const text = (Array.isArray(value) ? value[0] : value)?.trim();
  if (text === undefined) return undefined;
  // However long: it asks not to be disturbed.
  if (/^\d+$/.test(text)) return Math.min(Number(text), MAX_SECONDS);
  // Date.parse takes "-5" for a year and "12:61" for a day: a date of HTTP begins with a weekday.
  const at = /^[A-Z][a-z]+,? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - nowMs) / 1_000));
}
