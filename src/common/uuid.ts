import { v7 } from 'uuid';

/** A new UUIDv7 (RFC 9562): ids of one process sort in the order they were made. */
export function newId(): string {
  return v7();
}

/** A UUID in its usual form, of any version and variant and in either case. */
export const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * Whether `value` is a UUID in its usual form, of any version and variant and in either case: what
 * PostgreSQL takes as one. Callers make their own, and not all of them mind the version digit.
 */
export function isUuid(value: string): boolean {
  return UUID.test(value);
}

/** When a UUIDv7 was made, in whole milliseconds since 1970 (RFC 9562, section 5.7). */
export function millisecondsOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
