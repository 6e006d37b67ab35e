import type { ModelFinishReason, Usage } from '../../completion.js';
import { BROKEN_ANSWER } from '../../failure-classes.js';
import { ModelFailure, toModelFailure } from '../../model-failure.js';
import type { ResponseBody, AnswerEnd, AnswerState } from './response-body.js';
import { type AnswerRequest, AnswerText } from './answer-text.js';
import { type ChatChunk, decodeChatChunk, decodeErrorEvent } from './chat-chunk.js';
import { FramePattern } from './frame-pattern.js';
import { SseEventTooLargeError, SseReader } from './sse-reader.js';

/** What ends a stream in this protocol, in place of a frame. */
const DONE = '[DONE]';

/** Ends a line that has not ended, and the event that it belongs to. */
const EVENT_END = Buffer.from('\n\n');

/**
 * A `text/event-stream` of chat chunks. The answer is whole when a frame has given a finish reason, or text was
 * followed by `[DONE]`; the end of the stream without either, clean or not, is a failure. Text is read also after a
 * finish reason, which some gateways give with every frame, and after `[DONE]` nothing. The last frame may lack the
 * empty line behind it.
 */
export class StreamedAnswer implements ResponseBody {
  state: AnswerState = 'open';
  hasNewToken = false;
  private readonly reader = new SseReader((data, name) => this.readEvent(data, name));
  private readonly text: AnswerText;
  private readonly pattern = new FramePattern();
  /** Whether earlier pushes have brought a token. */
  private hasToken = false;
  /** Whether text came as a delta, so that a message that follows is a repetition of it. */
  private hasDelta = false;
  private hasDone = false;
  /** What the deltas of one push are joined in. */
  private pushed = '';
  private finishReason: ModelFinishReason | undefined;
  private usage: Usage | undefined;
  private failure: ModelFailure | undefined;

  constructor(request: AnswerRequest) {
    this.text = new AnswerText(request);
  }

  get isCut(): boolean {
    return this.text.isFull;
  }

  push(bytes: Buffer): string {
    this.hasNewToken = false;
    this.pushed = '';
    try {
      this.reader.push(bytes);
    } catch (error) {
      this.fail(
        error instanceof SseEventTooLargeError ? new ModelFailure(BROKEN_ANSWER, error.message) : error,
      );
    }
    // Also what came before a failing frame: the text must not depend on where the reads were cut.
    this.hasToken ||= this.hasNewToken;
    const text = this.pushed === '' ? '' : this.text.push(this.pushed);
    if (this.text.isFull) this.cut();
    return text;
  }

  end(): AnswerEnd {
    const text = (this.state === 'done' ? '' : this.push(EVENT_END)) + this.text.end();
    // Simple servers end with `[DONE]` alone; without text that is no answer, but nobody's word that there is none.
    const finishReason = this.finishReason ?? (this.hasDone && !this.text.isEmpty ? 'stop' : undefined);
    if (this.failure === undefined && finishReason !== undefined)
      return { text, finishReason, usage: this.usage ?? this.text.estimateUsage() };
    const ended = new ModelFailure(BROKEN_ANSWER, 'the answer ended without a finish reason');
    return { text, failure: this.failure ?? ended };
  }

  private readEvent(data: string, name: string): void {
    // Servers keep a stream alive with empty data; events of a name that is not known are none of ours.
    if (this.state === 'done' || data === '' || (name !== '' && name !== 'message' && name !== 'error'))
      return;
    if (data.startsWith(DONE)) {
      this.hasDone = true;
      this.state = 'done';
    } else if (name === 'error') this.fail(decodeErrorEvent(data));
    else this.readChunk(data);
  }

  private readChunk(data: string): void {
    const text = this.state === 'open' ? this.pattern.read(data) : null;
    if (text !== null) {
      this.pushed += text;
      this.hasNewToken ||= text !== '';
      return;
    }
    let chunk: ChatChunk;
    try {
      chunk = decodeChatChunk(data);
    } catch (error) {
      return this.fail(error);
    }
    this.usage = chunk.usage ?? this.usage;
    // Some servers end a stream with the whole answer as a message.
    if (!(chunk.isMessage && this.hasDelta)) this.add(chunk, data);
    this.finishReason = chunk.finishReason ?? this.finishReason;
    // Before the first token a reason is no end: a gateway that gives one with every frame does so with the first.
    const hasToken = this.hasToken || this.hasNewToken;
    if (chunk.finishReason !== undefined && hasToken) this.state = 'closing';
  }

  private add(chunk: ChatChunk, data: string): void {
    this.pattern.learn(data, chunk);
    this.pushed += chunk.text;
    this.hasNewToken ||= chunk.hasToken;
    this.hasDelta ||= chunk.text !== '' && !chunk.isMessage;
  }

  private cut(): void {
    // An answer that has failed is not made whole by being too long.
    if (this.failure !== undefined) return;
    this.finishReason = 'length';
    this.state = 'done';
  }

  private fail(error: unknown): void {
    const wasOpen = this.state === 'open';
    this.state = 'done';
    // An answer that has its finish reason is whole, whatever follows it.
    if (wasOpen) this.failure = toModelFailure(error);
  }
}
