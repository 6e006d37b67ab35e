/**
 * Whether PostgreSQL can keep `text` byte for byte: it refuses NUL in text and jsonb (22021, 22P05)
 * and silently turns lone surrogates into U+FFFD.
 */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

/** With U+FFFD for all that PostgreSQL cannot keep. */
export function toStorable(text: string): string {
  return text.replaceAll('\u0000', '\ufffd').toWellFormed();
}

export interface TextBounds {
  /** In UTF-16 code units, the `length` of JavaScript and Java; inclusive. */
  readonly min?: number;
  readonly max: number;
}

/** The fault of a text and how to correct it, or null. Never repeats the text. */
export function describeTextFault(value: unknown, { min = 0, max }: TextBounds): string | null {
  if (typeof value !== 'string') return 'must be a string';
  if (value.length < min) return min === 1 ? 'must not be empty' : `must have at least ${min} characters`;
  if (value.length > max) return `must have at most ${max} characters, but has ${value.length}`;
  if (value.includes('\u0000')) return 'must not contain the character NUL (U+0000)';
  if (!value.isWellFormed()) return 'must be well-formed Unicode, but has a surrogate without its pair';
  return null;
}
