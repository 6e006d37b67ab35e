import type { ChatChunk } from './chat-chunk.js';

const CONTENT = '"content":';
/** Such a text stands for itself between its quotes in JSON (RFC 8259, 7), and closes no string early. */
const PLAIN = /^[^"\\\u0000-\u001f]*$/;

/**
 * Reads frames that differ from one before in nothing but their text without parsing them: of an answer, nearly
 * all. What was around the text of that one is the same around this one's, and the text is plain, so a parser would
 * find the same object with another text.
 */
export class FramePattern {
  private before = '';
  private after = '';

  /** The text of the frame; null: it has to be parsed. */
  read(payload: string): string | null {
    const { before, after } = this;
    const end = payload.length - after.length;
    if (before === '' || end < before.length || !payload.startsWith(before) || !payload.endsWith(after))
      return null;
    const text = payload.slice(before.length, end);
    return PLAIN.test(text) ? text : null;
  }

  /** Remembers what is around the text of a frame that was parsed, where that is all that it says. */
  learn(payload: string, { text, finishReason, usage }: ChatChunk): void {
    this.before = '';
    if (text === '' || finishReason !== undefined || usage !== undefined || !PLAIN.test(text)) return;
    const at = payload.indexOf(CONTENT);
    const start = payload.indexOf('"', at + CONTENT.length) + 1;
    // A word of the same name before it, or one more text: the parser knows.
    const isOnlyText =
      at >= 0 && payload.indexOf(CONTENT, start) < 0 && payload.startsWith(`${text}"`, start);
    if (!isOnlyText) return;
    this.before = payload.slice(0, start);
    this.after = payload.slice(start + text.length);
  }
}
