const DEPTHS: Readonly<Record<string, number>> = { '{': 1, '[': 1, '}': -1, ']': -1 };

/** Finds the end of a JSON value that comes in pieces, without parsing it: each character is read once. */
export class JsonExtent {
  /** Whether the value is complete. A value that is no object and no list is complete with its first character. */
  isComplete = false;
  private depth = 0;
  private isString = false;
  private isEscaped = false;

  push(text: string): void {
    for (let at = 0; at < text.length; at++) this.read(text[at]!);
  }

  private read(char: string): void {
    if (this.isString) this.readInString(char);
    else if (char === '"') this.isString = true;
    else this.depth += DEPTHS[char] ?? 0;
    if (this.depth <= 0 && char.trim() !== '') this.isComplete = true;
  }

  private readInString(char: string): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (char === '\\') this.isEscaped = true;
    else if (char === '"') this.isString = false;
  }
}
