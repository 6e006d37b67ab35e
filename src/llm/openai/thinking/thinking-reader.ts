import type { AnswerRequest } from '../response/answer-text.js';
import { beginningAtEnd } from '../response/beginning-at-end.js';
import { HARMONY_BEGINS, HarmonyReader } from './harmony-reader.js';
import { MAX_SIDE_CHARS } from '../response/side-deltas.js';

/**
 * The tags that models put around their thinking, where their server does not separate it from the answer. None of them can begin an
 * answer; `<thinking>` or `<thought>` can, where a prompt asks for XML. Of DeepSeek, Qwen and most others; Seed-OSS;
 * Magistral; Kimi; Gemma 4. gpt-oss has a format of its own.
 */
const TAGS: readonly (readonly [open: string, close: string])[] = [
  ['<think>', '</think>'],
  ['<seed:think>', '</seed:think>'],
  ['[THINK]', '[/THINK]'],
  ['◁think▷', '◁/think▷'],
  ['<|channel>thought', '<channel|>'],
];

const CLOSING_TAGS = [
  ...TAGS.map(([, close]) => close),
  '<|end|><|start|>assistant<|channel|>final<|message|>',
];

const OPENING_MARKS = [...TAGS.map(([open]) => open), ...HARMONY_BEGINS];
const ALL_MARKS = [...OPENING_MARKS, ...CLOSING_TAGS];

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
  /** Whether the text is in thinking that no tag opened. */
  private isUntagged = false;
  /** Present once the text has begun in that format. */
  private harmony: HarmonyReader | undefined;

  /** Whether the text goes on from the text of an earlier attempt, so that its white space counts. */
  private readonly isContinuation: boolean;

  constructor({ thinking, prefill, keptChars = 0 }: AnswerRequest) {
    // A prefilled answer goes on behind the tags of its template.
    this.isOpen = thinking === 'open' && prefill === undefined;
    this.isContinuation = keptChars > 0;
  }

  /** Whether all of it was thinking because the template was to open the tag, and no tag closed it. */
  get isUnclosed(): boolean {
    return this.isUntagged && this.hasThought;
  }

  /** The server separates the thinking itself: what comes is behind it. */
  noteSeparated(): void {
    this.isOpen = false;
    if (this.state === 'opening') this.state = 'separating';
  }

  /** The text that `piece` completes; may be empty. */
  push(piece: string): string {
    this.thinking = '';
    if (this.harmony) return this.readHarmony(piece);
    this.held += piece;
    if (this.state === 'opening' && this.isText()) return this.takeHeld();
    this.readTags();
    if (this.harmony) return this.readHarmony(this.takeHeld());
    return this.isDone ? this.takeHeld() : '';
  }

  /** The text that was held back, when no more follows. */
  end(): string {
    this.thinking = '';
    this.isDone = true;
    if (this.harmony) return this.harmony.end();
    const isThinking = this.state === 'thinking' || (this.state === 'opening' && this.isOpen);
    if (isThinking) {
      this.state = 'thinking';
      this.addThinking(this.takeHeld());
    }
    const text = this.takeHeld();
    return this.state === 'separating' && text.trim() === '' ? '' : text;
  }

  private readHarmony(piece: string): string {
    const text = this.harmony?.push(piece) ?? '';
    this.isDone = this.harmony?.isDone ?? false;
    return text;
  }

  /** One block of thinking may follow another. */
  private readTags(): void {
    let length: number;
    do {
      ({ length } = this.held);
      if (this.state === 'thinking') this.think();
      if (this.state === 'separating') this.separate();
    } while (this.state === 'thinking' && this.held.length < length);
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
    if (isNear && this.opens(begun)) return false;
    if (isNear && isBeginning(begun)) return false;
    if (!this.isOpen) return (this.isDone = true);
    this.held = begun;
    this.isUntagged = true;
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
    if (!found) return;
    this.isUntagged = false;
    this.state = 'separating';
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

  /** Behind thinking: white space, closing tags that came again, and tags that open more of it are no text. */
  private separate(): void {
    this.dropWhiteSpace();
    const closing = CLOSING_TAGS.find((tag) => this.held.startsWith(tag));
    if (closing !== undefined) {
      this.held = this.held.slice(closing.length);
      this.lineEnds = 0;
      return this.separate();
    }
    if (this.opens(this.held)) return;
    const isHeld = this.held === '\r' || isBeginning(this.held, ALL_MARKS);
    this.isDone = !isHeld;
  }

  /** Whether a text begins with a tag that opens thinking; enters it. */
  private opens(begun: string): boolean {
    const tag = TAGS.find(([open]) => begun.startsWith(open));
    if (tag) {
      this.held = begun.slice(tag[0].length);
      this.closingTags = [tag[1]];
      this.isOpen = false;
      this.state = 'thinking';
      this.lineEnds = 0;
      if (this.hasThought) this.blank = '\n\n';
      return true;
    }
    if (!HARMONY_BEGINS.some((marker) => begun.startsWith(marker))) return false;
    this.held = begun;
    this.isOpen = false;
    this.harmony = new HarmonyReader((piece) => this.addThinking(piece), this.isContinuation);
    return true;
  }

  private dropWhiteSpace(): void {
    if (this.isContinuation) this.dropLineEnds();
    else this.held = this.held.trimStart();
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

/** Whether more may make a tag, or a marker, of a text. Closing tags count only behind thinking. */
function isBeginning(text: string, marks: readonly string[] = OPENING_MARKS): boolean {
  return marks.some((mark) => mark.startsWith(text));
}

/** Whether a text has a closing tag that nothing opened: its template has, and `thinking` is to be `open`. */
export function hasStrayTag(text: string): boolean {
  const at = text.indexOf('</think>');
  return at >= 0 && !text.slice(0, at).includes('<think>');
}
