import type { AnswerRequest } from './answer-text.js';
import { MAX_SIDE_CHARS } from './side-deltas.js';

/**
 * The tags that models put around their thinking, where their server does not separate it from the answer. None of them can begin an
 * answer; `<thinking>` or `<thought>` can, where a prompt asks for XML. Of DeepSeek, Qwen and most others; Seed-OSS;
 * Magistral; Kimi; gpt-oss; Gemma 4.
 */
const TAGS: readonly (readonly [open: string, close: string])[] = [
  ['<think>', '</think>'],
  ['<seed:think>', '</seed:think>'],
  ['[THINK]', '[/THINK]'],
  ['◁think▷', '◁/think▷'],
  ['<|channel|>analysis<|message|>', '<|end|><|start|>assistant<|channel|>final<|message|>'],
  ['<|channel>thought', '<channel|>'],
];

const CLOSING_TAGS = TAGS.map(([, close]) => close);

/** White space that is held back, in UTF-16 units: after more of it no tag is looked for. */
const MAX_LEADING_CHARS = 1_000;

/** A continuation begins in the middle of a text: of the white space before it, so many line ends belong to the tag. */
const LINE_ENDS_OF_TAG = 2;

/**
 * Takes the thinking from the start of a text: what is between tags, or before a closing tag where the template has opened
 * it. Text and thinking do not depend on how the text is cut into pieces.
 */
export class ThinkingReader {
  /** Whether everything that follows is text. */
  isDone = false;
  /** The thinking that the last `push`, or the end, brought; without white space at its beginning and its end. */
  thinking = '';
  private state: 'opening' | 'thinking' | 'separating' = 'opening';
  /** Whether thinking comes without an opening tag. */
  private isOpen: boolean;
  private closingTags = CLOSING_TAGS;
  private held = '';
  /** White space that is thinking if more of that follows. */
  private blank = '';
  private hasThought = false;
  private lineEnds = 0;

  /** Whether the text goes on from the text of an earlier attempt, so that its white space counts. */
  private readonly isContinuation: boolean;

  constructor({ thinking, prefill, keptChars = 0 }: AnswerRequest) {
    // A prefilled answer goes on behind the tags of its template.
    this.isOpen = thinking === 'open' && prefill === undefined;
    this.isContinuation = keptChars > 0;
  }

  /** The server separates the thinking itself: none comes without an opening tag. */
  noteSeparated(): void {
    this.isOpen = false;
  }

  /** The text that `piece` completes; may be empty. */
  push(piece: string): string {
    this.thinking = '';
    this.held += piece;
    if (this.state === 'opening' && this.isText()) return this.takeHeld();
    if (this.state === 'thinking') this.think();
    if (this.state === 'separating') this.dropWhiteSpace();
    return this.isDone ? this.takeHeld() : '';
  }

  /** The text that was held back, when no more follows. */
  end(): string {
    this.thinking = '';
    const isText = this.state === 'opening' && !this.isOpen;
    if (!isText && this.state !== 'separating') this.addThinking(this.held);
    this.isDone = true;
    const text = this.takeHeld();
    return isText ? text : '';
  }

  private takeHeld(): string {
    const text = this.held;
    this.held = '';
    return text;
  }

  /** Whether what is held is no tag and will be none. A tag, or what needs none, ends the state. */
  private isText(): boolean {
    const begun = this.held.trimStart();
    const isNear = this.held.length - begun.length <= MAX_LEADING_CHARS;
    const tag = isNear ? TAGS.find(([open]) => begun.startsWith(open)) : undefined;
    if (tag) this.closingTags = [tag[1]];
    else if (isNear && TAGS.some(([open]) => open.startsWith(begun))) return false;
    else if (!this.isOpen) return (this.isDone = true);
    this.held = begun.slice(tag?.[0].length ?? 0);
    this.state = 'thinking';
    return false;
  }

  private think(): void {
    const { held } = this;
    const found = this.closingTags
      .map((tag) => ({ tag, at: held.indexOf(tag) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at)[0];
    const end = found?.at ?? held.length - beginningAtEnd(held, this.closingTags);
    this.addThinking(held.slice(0, end));
    this.held = held.slice(end + (found?.tag.length ?? 0));
    if (found) this.state = 'separating';
  }

  private addThinking(piece: string): void {
    const begun = this.hasThought ? piece : piece.trimStart();
    const thought = begun.trimEnd();
    if (thought !== '') {
      this.thinking += this.blank + thought;
      this.blank = '';
      this.hasThought = true;
    }
    // A model that goes on like that must not fill the memory.
    if (this.blank.length < MAX_SIDE_CHARS) this.blank += begun.slice(thought.length);
  }

  private dropWhiteSpace(): void {
    if (this.isContinuation) this.dropLineEnds();
    else this.held = this.held.trimStart();
    this.isDone = this.held !== '' && this.held !== '\r';
  }

  private dropLineEnds(): void {
    while (this.lineEnds < LINE_ENDS_OF_TAG) {
      const lineEnd = /^\r?\n/.exec(this.held);
      if (!lineEnd) return;
      this.held = this.held.slice(lineEnd[0].length);
      this.lineEnds++;
    }
  }
}

/** Whether a text has a closing tag that nothing opened: its template has, and `thinking` is to be `open`. */
export function hasStrayTag(text: string): boolean {
  const at = text.indexOf('</think>');
  return at >= 0 && !text.slice(0, at).includes('<think>');
}

/** How much of the end of a text is the beginning of one of the tags. */
function beginningAtEnd(text: string, tags: readonly string[]): number {
  const lengths = tags.map((tag) => {
    for (let length = Math.min(tag.length - 1, text.length); length > 0; length--)
      if (text.endsWith(tag.slice(0, length))) return length;
    return 0;
  });
  return Math.max(...lengths);
}
