import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What every key made here begins with, so that people and secret scanners know one when they see it. */
const PREFIX = 'llmchat_';

/** A new key: the prefix and 256 random bits in 43 base64url characters (ASVS 7.2.3 asks for 128). */
export function generateKey(): string {
  return PREFIX + randomBytes(32).toString('base64url');
}

/** SHA-256 of a key. No salt and no stretching: a key of 256 random bits cannot be guessed. */
export function hashKey(key: Buffer | string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Enough of a key to tell it from others in a listing, too little to guess the rest. */
export function displayPrefix(key: string): string {
  return key.slice(0, PREFIX.length + 4);
}

/** Compares digests in constant time. Never give it raw keys: unequal lengths throw. */
export function isSameHash(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * The key of an `Authorization` header (RFC 6750), or null when it carries none. As bytes: Node reads
 * header bytes as Latin-1, and a configured key may have any characters.
 */
export function bearerKey(header: string | undefined): Buffer | null {
  const [scheme, key] = splitAtFirstSpace(header ?? '');
  return scheme.toLowerCase() === 'bearer' && key !== '' ? Buffer.from(key, 'latin1') : null;
}

function splitAtFirstSpace(text: string): [string, string] {
  const space = text.indexOf(' ');
  return space < 0 ? [text, ''] : [text.slice(0, space), text.slice(space + 1).trim()];
}
