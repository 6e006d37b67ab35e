import { Transform } from 'class-transformer';
import { readUuid } from '../uuid.js';

/**
 * Scalars as the reference systems of the Conversation API and the QA API took them (pydantic 1): callers in the field send numbers and
 * booleans as text, and ids as numbers. What cannot be read comes back as it is, for the validators to refuse by the field's
 * name. Stricter than pydantic in three things, each of which would change what the caller meant: a fraction is no
 * integer, a boolean is neither a number nor a text, and a number that JSON rounded is no id.
 */

const TRUE = new Set<unknown>([1, '1', 'on', 't', 'true', 'y', 'yes']);
const FALSE = new Set<unknown>([0, '0', 'off', 'f', 'false', 'n', 'no']);

const INTEGER = /^[+-]?\d+$/;
/** What is left to refuse here, such as `1.2.3`, `Number` refuses; it takes more, such as `0x1F` and `Infinity`. */
const DECIMAL = /^[+-]?[\d.]+(?:e[+-]?\d+)?$/i;

/** `true` for `1`, `"1"`, `"on"`, `"t"`, `"true"`, `"y"` and `"yes"`, `false` for their opposites; in either case. */
export function toBoolean(value: unknown): unknown {
  const word = typeof value === 'string' ? value.toLowerCase() : value;
  if (TRUE.has(word)) return true;
  return FALSE.has(word) ? false : value;
}

/** The number of `"5"`, `" 5 "` and `"+5"`; not of `"5.0"`. */
export function toInteger(value: unknown): unknown {
  return numberIn(value, INTEGER);
}

/** The number of `"0.8"`, `" .8 "` and `"8e-1"`; not of `"NaN"` and `"Infinity"`. */
export function toNumber(value: unknown): unknown {
  return numberIn(value, DECIMAL);
}

/**
 * `5` as `"5"`. A number that JSON rounded stays one: two ids would become one (see `parseWithExactIds`), as would all
 * beyond the range of a number, such as `1e400`, which JSON reads as infinite.
 */
export function toIdText(value: unknown): unknown {
  if (typeof value !== 'number' || !Number.isFinite(value)) return value;
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value : String(value);
}

/** A UUID in any of its forms as its usual one (see {@link readUuid}). */
export function toUuidText(value: unknown): unknown {
  return typeof value === 'string' ? (readUuid(value) ?? value) : value;
}

/**
 * Reads a member of a body leniently, before it is validated.
 * @param read one of the functions above
 */
export function Lenient(read: (value: unknown) => unknown): PropertyDecorator {
  return Transform(({ value }) => read(value));
}

function numberIn(value: unknown, form: RegExp): unknown {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  const number = form.test(text) ? Number(text) : NaN;
  return Number.isFinite(number) ? number : value;
}
