import { beginningAtEnd } from '../response/beginning-at-end.js';

const START = '<|start|>';
const CHANNEL = '<|channel|>';
const MESSAGE = '<|message|>';
const ASSISTANT = '<|start|>assistant';

/** With one of these a text in this format begins. */
export const HARMONY_BEGINS: readonly string[] = [START, CHANNEL];

/** With one of these a message ends. Those of the thinking may run into the next header. */
const ENDS = ['<|end|>', '<|return|>', '<|call|>'];
const ENDS_OF_THINKING = [...ENDS, ASSISTANT];

/** What is before `<|message|>`: a role, a channel, and a form, each of which may be left out. */
const HEADER = /^(?:<\|start\|>assistant[^<]*)?(?:<\|channel\|>([^<]*))?(?:<\|constrain\|>[^<]*)?$/;

/** A channel, and the function that the message is for. */
const NAME = /^\w+(?: to=\S+)?$/;

/** In UTF-16 units: what is longer is no header, but a text. */
const MAX_HEADER_CHARS = 1_000;

/**
 * Reads the format of gpt-oss ("harmony") where a server passes it on as it is: messages with a channel each, of which `final` is
 * the answer and all others are thinking. Text and thinking do not depend on how the text is cut into pieces.
 */
export class HarmonyReader {
  /** Whether everything that follows is text: what came was no header. */
  isDone = false;
  private state: 'header' | 'body' | 'after' = 'header';
  private held = '';
  private isFinal = false;
  private isFirst = true;
  /** The marker that ended the last message. */
  private ended = '';
  /** Whether white space counts, as it does in a text that goes on. */
  private hasText: boolean;
  private text = '';

  /** @param think takes the thinking, in pieces */
  constructor(
    private readonly think: (piece: string) => void,
    isContinuation: boolean,
  ) {
    this.hasText = isContinuation;
  }

  /** The text that `piece` completes; may be empty. */
  push(piece: string): string {
    this.held += piece;
    while (!this.isDone && this.step());
    return this.takeText();
  }

  /** The text that was held back, when no more follows. */
  end(): string {
    const { held, state } = this;
    const isText = state === 'header' ? this.isFirst && !HEADER.test(held) : state === 'body';
    if (isText) this.say(held);
    return this.takeText();
  }

  private takeText(): string {
    const { text } = this;
    this.text = '';
    return text;
  }

  /** @returns whether what is held may be read further */
  private step(): boolean {
    if (this.state === 'header') return this.readHeader();
    return this.state === 'body' ? this.readBody() : this.readAfter();
  }

  private readHeader(): boolean {
    const at = this.held.indexOf(MESSAGE);
    const isComplete = at >= 0 && at <= MAX_HEADER_CHARS;
    if (!isComplete && this.held.length <= MAX_HEADER_CHARS + MESSAGE.length) return false;
    const header = isComplete ? HEADER.exec(this.held.slice(0, at)) : null;
    if (!header || !NAME.test(header[1]?.trim() ?? 'final')) return this.passAll();
    const [, channel = 'final'] = header;
    this.isFinal = /^\s*final\b/.test(channel);
    this.skip(at + MESSAGE.length);
    this.state = 'body';
    this.isFirst = false;
    // Two messages of thinking are not one.
    if (!this.isFinal) this.think('\n\n');
    return true;
  }

  private passAll(): boolean {
    this.isFinal = true;
    this.hasText = true;
    this.say(this.held);
    this.isDone = true;
    return false;
  }

  private readBody(): boolean {
    const { held } = this;
    const ends = this.isFinal ? ENDS : ENDS_OF_THINKING;
    const found = ends
      .map((marker) => ({ marker, at: held.indexOf(marker) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at)[0];
    const end = found?.at ?? held.length - beginningAtEnd(held, ends);
    this.say(held.slice(0, end));
    this.skip(end);
    if (!found) return false;
    this.state = found.marker === ASSISTANT ? 'header' : 'after';
    this.ended = found.marker;
    if (this.state === 'after') this.skip(found.marker.length);
    return true;
  }

  /** Behind the end of a message. */
  private readAfter(): boolean {
    const next = this.held.trimStart();
    const isNear = this.held.length - next.length <= MAX_HEADER_CHARS;
    if (isNear && HARMONY_BEGINS.some((marker) => next.startsWith(marker))) {
      this.held = next;
      this.state = 'header';
      return true;
    }
    if (isNear && HARMONY_BEGINS.some((marker) => marker.startsWith(next))) return false;
    // llama.cpp lets the answer follow its thinking without a header. In an answer, such a marker was a part of it.
    if (this.isFinal) this.say(this.ended);
    this.isFinal = true;
    this.state = 'body';
    return true;
  }

  private skip(length: number): void {
    this.held = this.held.slice(length);
  }

  private say(piece: string): void {
    if (!this.isFinal && this.state === 'body') return this.think(piece);
    const said = this.hasText ? piece : piece.trimStart();
    this.hasText ||= said !== '';
    this.text += said;
  }
}
