/**
 * Most bytes that a delta's text takes as a JSON string. Readers in the field stop at lines of 64 KB (Go's Scanner): with
 * what a wire puts around the text, and as Base64 of all that, a frame stays below 16 KiB.
 */
export const MAX_DELTA_BYTES = 12_000;

/** JSON's longest escape is for one unit: `\u001f`. */
const MAX_BYTES_PER_UNIT = 6;

/** A text of so many UTF-16 units fits whatever is in it. */
export const MAX_DELTA_UNITS = MAX_DELTA_BYTES / MAX_BYTES_PER_UNIT;

/**
 * Most reasoning of a turn, all attempts together, in UTF-16 units: as much as one answer of a model may have. No model
 * is known to think longer (100,000 tokens are some 400,000 units). A smaller bound for the row alone would make the stored
 * reasoning differ from what readers got.
 */
export const MAX_REASONING_UNITS = 1_000_000;

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Units behind a place that tell whether a grapheme goes on there. */
const LOOKAHEAD_UNITS = 8;

/**
 * The text in parts of at most {@link MAX_DELTA_BYTES} as JSON strings, cut between graphemes. Linear in time; no part
 * is empty, and surrogate pairs stay together.
 */
export function splitDelta(text: string): string[] {
  const parts: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = endOfPart(text, start);
    parts.push(text.slice(start, end));
    start = end;
  }
  return parts;
}

/** The beginning of a well-formed text, of at most `units` UTF-16 units and without half a surrogate pair. */
export function textWithin(text: string, units: number): string {
  if (text.length <= units) return text;
  return text.slice(0, isHighSurrogate(text.charCodeAt(units - 1)) ? units - 1 : units);
}

/** A grapheme that fills a part by itself (marks without end on one letter) is cut between its code points. */
function endOfPart(text: string, start: number): number {
  const furthest = furthestEnd(text, start);
  if (furthest === text.length) return furthest;
  const graphemes = GRAPHEMES.segment(text.slice(start, furthest + LOOKAHEAD_UNITS));
  const { index = 0 } = graphemes.containing(furthest - start) ?? {};
  return index === 0 ? furthest : start + index;
}

/** The end of the longest text from `start` on that fits, never inside a surrogate pair. */
function furthestEnd(text: string, start: number): number {
  let bytes = 0;
  for (let at = start; at < text.length;) {
    const code = text.charCodeAt(at);
    const units = isHighSurrogate(code) ? 2 : 1;
    bytes += units === 2 ? 4 : jsonBytes(code);
    if (bytes > MAX_DELTA_BYTES) return at;
    at += units;
  }
  return text.length;
}

/** Bytes of a code unit in a JSON string in UTF-8, as `JSON.stringify` and `escapeLineEnds` write it. */
function jsonBytes(code: number): number {
  if (code === 0x85 || code === 0x2028 || code === 0x2029) return MAX_BYTES_PER_UNIT;
  if (code < 0x20) return '\b\t\n\f\r'.includes(String.fromCharCode(code)) ? 2 : MAX_BYTES_PER_UNIT;
  if (code < 0x80) return code === 0x22 || code === 0x5c ? 2 : 1;
  return code < 0x800 ? 2 : 3;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
