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

/**
 * The usual form, in lower case, of a UUID in any of its forms: without hyphens, in braces, as a URN, in either case.
 * Null for everything else.
 */
export function readUuid(text: string): string | null {
  const digits = text
    .replace(/^urn:uuid:/i, '')
    .replace(/^\{(.*)\}$/, '$1')
    .replaceAll('-', '')
    .toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(digits)) return null;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** When a UUIDv7 was made, in whole milliseconds since 1970 (RFC 9562, section 5.7). */
export function millisecondsOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** When a UUIDv7 was made, in whole seconds since 1970: of a turn, the same for every reader. */
export function secondsOf(id: string): number {
  return Math.floor(millisecondsOf(id) / 1_000);
}
