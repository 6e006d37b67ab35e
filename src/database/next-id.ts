/**
 * SQL of a new UUIDv7 by the clock of the database (RFC 9562, section 5.7; its 12 bits `rand_a` are the fraction of
 * the millisecond, section 6.2, method 3). Ids that replicas made by their own clocks would not sort in the order of
 * what happened.
 * @param earlier SQL of an id, or of NULL, that the new one has to sort behind although the clock was set back
 */
export function nextIdSql(earlier = 'NULL::uuid'): string {
  // In units of 1/4096 ms, as a UUIDv7 counts: 48 bits of whole milliseconds, and 12 of a fraction.
  const now = `floor(extract(epoch FROM clock_timestamp()) * 4096000)::bigint`;
  const hex = `replace((${earlier})::text, '-', '')`;
  const behind = `(SELECT ('x' || substr(hex, 1, 12) || substr(hex, 14, 3))::bit(60)::bigint + 1 FROM (SELECT ${hex} AS hex) earlier)`;
  const time = `lpad(to_hex(greatest(${now}, ${behind})), 15, '0')`;
  // The digit of the version goes between the two; the rest, with the bits of the variant, is random.
  return `(overlay(${time} placing '7' from 13 for 0) || substr(gen_random_uuid()::text, 20))::uuid`;
}
