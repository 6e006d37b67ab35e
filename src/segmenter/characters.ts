/** Marks that may stand between the words of a sentence and end, open and close nothing, for a character class. */
export const WORD_MARKS = ",;:'()\\u2019\\uff0c\\uff1b\\uff1a\\u3001\\uff08\\uff09";

/** What JavaScript's `trim` takes for white space. `char` is one code point. */
export function isSpace(char: string): boolean {
  const code = char.charCodeAt(0);
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  if (code < 0x1680) return code === 0xa0;
  return code === 0x3000 || code === 0xfeff || (code <= 0x205f && /\s/.test(char));
}

/** Chinese, Japanese and Korean letters and punctuation: written without spaces, or with rare ones. */
export function isWide(char: string): boolean {
  const code = char.charCodeAt(0);
  if (code < 0x2e80) return false;
  // 0xd840..0xd888 are the first halves of the rarer ideographs.
  return (
    code <= 0xd7ff ||
    (code >= 0xd840 && code <= 0xd888) ||
    (code >= 0xf900 && code <= 0xffef && !isForm(code))
  );
}

/** Arabic presentation forms, variation selectors and the like, between the wide blocks. */
function isForm(code: number): boolean {
  return code > 0xfaff && code < 0xff00;
}

export function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}

export function isAsciiLetter(char: string): boolean {
  const code = char.charCodeAt(0) | 0x20;
  return code >= 0x61 && code <= 0x7a;
}

export function isLowerCase(char: string): boolean {
  const code = char.charCodeAt(0);
  return code < 0x80 ? code >= 0x61 && code <= 0x7a : !isWide(char) && /\p{Ll}/u.test(char);
}

/** A letter or digit of any script; cheap, so generous above Latin. */
export function isWordCharacter(char: string): boolean {
  const code = char.charCodeAt(0);
  if (code < 0x80) return isDigit(char) || isAsciiLetter(char);
  if (code < 0xc0 || (code >= 0x2000 && code <= 0x2bff)) return false;
  if (code >= 0xff00) return isFullWidthAlphanumeric(code);
  return !(code >= 0x3000 && code <= 0x303f);
}

function isFullWidthAlphanumeric(code: number): boolean {
  return (
    (code >= 0xff10 && code <= 0xff19) ||
    (code >= 0xff21 && code <= 0xff5a && !(code >= 0xff3b && code <= 0xff40))
  );
}

/** How many bytes `char`, one code point, is in UTF-8. A lone surrogate is sent as U+FFFD, which is 3. */
export function utf8Bytes(char: string): number {
  if (char.length === 2) return 4;
  const code = char.charCodeAt(0);
  if (code < 0x80) return 1;
  return code < 0x800 ? 2 : 3;
}

/** Whether a reader would see `char`: the marks of emphasis are nothing. */
export function isInk(char: string): boolean {
  return !isSpace(char) && char !== '*' && char !== '_';
}
