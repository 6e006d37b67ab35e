const DATE_TIME =
  /^(\d{4})-(\d{2})-(\d{2})t([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.\d+)?(?:z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

/**
 * The moment that an RFC 3339 date-time names, to the millisecond; null when `text` is none. Of what the RFC
 * allows only a leap second is refused, which neither JavaScript nor PostgreSQL keeps.
 */
export function parseDateTime(text: string): Date | null {
  const [, year, month, day] = DATE_TIME.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  // JavaScript takes the 30th of February for the 2nd of March.
  if (month < 1 || month > 12 || day < 1 || day > lengthOfMonth(year, month)) return null;
  return new Date(text.toUpperCase());
}

function lengthOfMonth(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}
