/**
 * Follows what must not be torn within a paragraph: code spans, links and images (`[text](url)`), and
 * display math (`$$`). What is never closed ends with its paragraph. One character at a time.
 */
export class InlineState {
  private ticks = 0;
  private openTicks = 0;
  private brackets = 0;
  private parentheses = 0;
  private last = '';
  private isMath = false;

  get isInside(): boolean {
    return this.openTicks > 0 || this.ticks > 0 || this.brackets > 0 || this.parentheses > 0 || this.isMath;
  }

  take(char: string): void {
    if (char === '`') {
      this.ticks++;
      this.last = char;
      return;
    }
    this.endTicks();
    if (this.openTicks === 0) this.takeOutsideCode(char);
    this.last = char;
  }

  endParagraph(): void {
    this.ticks = this.openTicks = this.brackets = this.parentheses = 0;
    this.isMath = false;
    this.last = '';
  }

  /** A run of backticks opens a code span, and one of the same length closes it (CommonMark 6.1). */
  private endTicks(): void {
    if (this.ticks === 0) return;
    if (this.openTicks === 0) this.openTicks = this.ticks;
    else if (this.openTicks === this.ticks) this.openTicks = 0;
    this.ticks = 0;
  }

  private takeOutsideCode(char: string): void {
    switch (char) {
      case '[':
        this.brackets++;
        break;
      case ']':
        this.brackets = Math.max(0, this.brackets - 1);
        break;
      case '(':
        if (this.parentheses > 0 || this.last === ']') this.parentheses++;
        break;
      case ')':
        this.parentheses = Math.max(0, this.parentheses - 1);
        break;
      case '$':
        if (this.last === '$') this.isMath = !this.isMath;
        break;
      default:
    }
  }
}
