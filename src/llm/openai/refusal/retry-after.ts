/** Some 30 years. */
const MAX_SECONDS = 999_999_999;

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * How long a server asks to be left alone, in seconds, which may be a fraction; undefined: it does not say.
 * `retry-after-ms` (OpenAI) and `x-ms-retry-after-ms` (Azure) are more exact than `Retry-After`, so they come first.
 * @param nowMs the wall clock in milliseconds since the epoch, which a date is compared with
 */
export function readRetryAfter(headers: Headers, nowMs: number): number | undefined {
  const ms = parseNumber(headers['retry-after-ms']) ?? parseNumber(headers['x-ms-retry-after-ms']);
  return ms === undefined ? parseRetryAfter(headers['retry-after'], nowMs) : ms / 1_000;
}

/**
 * The seconds of a `Retry-After` header (RFC 9110, 10.2.3), in either of its forms: a number, which servers also send
 * with a fraction, or a date. Never below 0; undefined for anything else.
 */
export function parseRetryAfter(value: string | string[] | undefined, nowMs: number): number | undefined {
  const seconds = parseNumber(value);
  if (seconds !== undefined) return seconds;
  // Date.parse takes "-5" for a year and "12:61" for a day: a date of HTTP begins with a weekday.
  const text = first(value);
  const at = text !== undefined && /^[A-Z][a-z]+,? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - nowMs) / 1_000));
}

function parseNumber(value: string | string[] | undefined): number | undefined {
  const text = first(value);
  // However long: it asks not to be disturbed.
  return text !== undefined && /^\d+(?:\.\d*)?$/.test(text) ? Math.min(Number(text), MAX_SECONDS) : undefined;
}

function first(value: string | string[] | undefined): string | undefined {
  return (Array.isArray(value) ? value[0] : value)?.trim();
}
