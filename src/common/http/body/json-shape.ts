import { isAscii } from 'node:buffer';

/** What a JSON text will cost, seen from its bytes: parsing an odd one costs up to twenty times its size. */
export interface JsonShape {
  /** Members, elements, lists and objects, but for those that {@link numbers} counts. */
  readonly values: number;
  /** Numbers in lists with a comma right behind them: token ids, which cost little. */
  readonly numbers: number;
  readonly objects: number;
  /** Whether every list and object that is opened is closed. */
  readonly isBalanced: boolean;
  /** The name of the first top-level member that is nested too deeply; null: none. */
  readonly tooDeepIn: string | null;
  /** What the parsed value takes of the heap, about. */
  readonly heapBytes: number;
}

/** Measured on V8: an empty object takes 56 bytes and 8 in its list. */
const BYTES_PER_VALUE = 64;
/** In a list that grew while it was read. */
const BYTES_PER_NUMBER = 16;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
/** Without this bit `{` is `[` and `}` is `]`. */
const CASE_BIT = 0x20;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/**
 * Measures `bytes`, a JSON text in UTF-8 or anything else, in one pass.
 * @param maxDepth how many lists and objects may be in each other in a member
 */
export function measureJson(bytes: Buffer, maxDepth: number): JsonShape {
  let [values, numbers, objects, depth] = [0, 0, 0, 0];
  let isMember = false;
  let tooDeepIn: string | null = null;
  let name: readonly [start: number, end: number] = [0, 0];
  let text = name;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    const bracket = byte & ~CASE_BIT;
    if (byte === QUOTE) {
      text = [at, endOfString(bytes, at)];
      at = text[1];
    } else if (byte === COLON) {
      if (depth === 1) name = text;
      isMember = true;
    } else if (byte === COMMA) {
      if (isNumber(bytes[at - 1], isMember)) numbers++;
      else values++;
      isMember = false;
    } else if (bracket === OPEN) {
      values++;
      isMember = false;
      if (byte === OPEN_OBJECT) objects++;
      // The body itself is one.
      if (++depth > maxDepth + 1) tooDeepIn ??= readName(bytes, name);
    } else if (bracket === CLOSE) depth--;
  }
  const heapBytes =
    bytes.length * bytesPerCharacter(bytes) + values * BYTES_PER_VALUE + numbers * BYTES_PER_NUMBER;
  return { values, numbers, objects, isBalanced: depth === 0, tooDeepIn, heapBytes };
}

/** Of a value that ends with `byte`, and is a member of an object or not. */
function isNumber(byte: number | undefined, isMember: boolean): boolean {
  return !isMember && byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** Where the string that begins at `start` has its closing quote, or the end of `bytes`. */
function endOfString(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) return at;
    if (bytes[at] === BACKSLASH) at++;
  }
  return bytes.length;
}

/** V8 takes two bytes for each character of a text in which one is beyond Latin-1. */
function bytesPerCharacter(bytes: Buffer): 1 | 2 {
  return isAscii(bytes) && !bytes.includes('\\u') ? 1 : 2;
}

function readName(bytes: Buffer, [start, end]: readonly [number, number]): string {
  try {
    return JSON.parse(bytes.toString('utf8', start, end + 1)) as string;
  } catch {
    // Not JSON: it will be refused as that.
    return '';
  }
}
