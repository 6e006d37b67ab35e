import fc from 'fast-check';
import { Segmenter, type SegmenterOptions, type SegmenterOutput } from '../../../src/segmenter/segmenter.js';

/** The same text in other cuts, surrogate pairs not spared. */
export const cutting = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 });

export function chunksOf(text: string, sizes: readonly number[]): string[] {
  const chunks: string[] = [];
  for (let at = 0; at < text.length;) {
    const size = sizes[chunks.length % sizes.length] ?? 1;
    chunks.push(text.slice(at, at + size));
    at += size;
  }
  return chunks;
}

/** The pieces, at a time that never changes. `onHeld` gets the size of the held text after each push. */
export function piecesOf(
  chunks: readonly string[],
  { onHeld, nowMs = 0, ...options }: SegmenterOptions & { onHeld?: (units: number) => void; nowMs?: number },
): string[] {
  const segmenter = new Segmenter(options, 0);
  const outputs: SegmenterOutput[] = [];
  let held = 0;
  for (const chunk of chunks) {
    const passed = segmenter.push(chunk, nowMs);
    outputs.push(...passed);
    held += chunk.length - textOf(passed).length;
    onHeld?.(held);
  }
  outputs.push(...segmenter.flush());
  return toPieces(outputs);
}

function textOf(outputs: readonly SegmenterOutput[]): string {
  return outputs.map((output) => (output.type === 'text' ? output.text : '')).join('');
}

/** Fails where a cut is first, last, or follows another, and where an output is empty. */
function toPieces(outputs: readonly SegmenterOutput[]): string[] {
  const pieces = [''];
  for (const output of outputs) {
    if (output.type === 'cut') {
      expect(pieces.at(-1)).not.toBe('');
      pieces.push('');
    } else {
      expect(output.text).not.toBe('');
      pieces.push((pieces.pop() ?? '') + output.text);
    }
  }
  if (pieces.length > 1) expect(pieces.at(-1)).not.toBe('');
  return pieces;
}

/** Where the pieces, joined, were cut. */
export function cutsOf(pieces: readonly string[]): number[] {
  let at = 0;
  return pieces.slice(0, -1).map((piece) => (at += piece.length));
}

export const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

export function expectWholeGraphemes(pieces: readonly string[]): void {
  const starts = new Set(Array.from(GRAPHEMES.segment(pieces.join('')), ({ index }) => index));
  for (const cut of cutsOf(pieces)) expect(starts).toContain(cut);
}
