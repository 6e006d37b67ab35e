/** What a line is part of, by what was read of it and of the lines above. */
export type Block = 'prose' | 'fence' | 'table';

/** What may stand before a fence on its line: indentation, list markers, quotes. */
const PREFIX = ' \t-*+>0123456789.)';

/**
 * Follows the blocks of Markdown that must not be torn: fenced code (CommonMark 4.5, also in lists and
 * quotes) and tables, which are taken to be consecutive lines with a pipe. One character at a time.
 */
export class BlockState {
  private fence: { char: string; length: number } | null = null;
  private isPrefix = true;
  private runChar = '';
  private runLength = 0;
  private isOnlyRun = true;
  private hasPipe = false;
  private hadPipe = false;

  get block(): Block {
    if (this.fence || this.isFenceLine()) return 'fence';
    return this.hasPipe || this.hadPipe ? 'table' : 'prose';
  }

  take(char: string): void {
    if (char === '\n') this.endLine();
    else if (char === '|') this.takePipe();
    else if (this.isPrefix && PREFIX.includes(char) && this.runLength === 0) return;
    else this.takeInLine(char);
  }

  /** A blank line: a table has ended. */
  endTable(): void {
    this.hadPipe = false;
  }

  private takePipe(): void {
    this.hasPipe = true;
    this.takeInLine('|');
  }

  private takeInLine(char: string): void {
    const isFenceChar = char === '`' || char === '~';
    if (this.isPrefix && isFenceChar && (this.runLength === 0 || this.runChar === char)) {
      this.runChar = char;
      this.runLength++;
      return;
    }
    this.isPrefix = false;
    if (char !== ' ' && char !== '\t' && char !== '\r') this.isOnlyRun = false;
  }

  private isFenceLine(): boolean {
    return this.runLength >= 3;
  }

  private endLine(): void {
    if (this.fence) {
      const { char, length } = this.fence;
      if (this.isOnlyRun && this.runChar === char && this.runLength >= length) this.fence = null;
    } else if (this.isFenceLine()) {
      this.fence = { char: this.runChar, length: this.runLength };
    }
    this.hadPipe = this.hasPipe && this.fence === null;
    this.hasPipe = false;
    this.isPrefix = true;
    this.runChar = '';
    this.runLength = 0;
    this.isOnlyRun = true;
  }
}
