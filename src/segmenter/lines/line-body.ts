import type { LineState } from './line.js';

/** Takes a character of a line whose opening is behind us, not the line's end. True: what looked like a fence is inline code. */
export function takeBody(line: LineState, char: string): boolean {
  line.hasContent ||= char !== ' ' && char !== '\t';
  if (line.isFenceOpener) return takeFenceInfo(line, char);
  if (line.block === 'math') takeMath(line, char);
  return false;
}

/** After the marks of a fence comes its language; with a backtick in it, it is no fence. */
function takeFenceInfo(line: LineState, char: string): boolean {
  const { fence } = line;
  if (fence.isRunning && char === fence.mark) {
    line.fence = { ...fence, length: fence.length + 1 };
    return false;
  }
  if (fence.isRunning) line.fence = { ...fence, isRunning: false };
  if (fence.mark !== '`' || char !== '`') return false;
  line.block = 'none';
  line.isFenceOpener = false;
  if (line.kind === 'fence') line.kind = 'text';
  return true;
}

/** A formula that opened its line ends with `$$` or `\]`; three dollars are no formula. */
function takeMath(line: LineState, char: string): void {
  const isEnd = (line.mathPrevious === '$' && char === '$') || (line.mathPrevious === '\\' && char === ']');
  const isPrice = line.mathPrevious === '' && char === '$';
  if (isEnd || isPrice) line.block = 'none';
  line.mathPrevious = char;
}
