import type { ModelFinishReason, Usage } from '../completion.js';
import { BROKEN_ANSWER } from '../failure-classes.js';
import { ModelFailure, toModelFailure } from '../model-failure.js';
import type { Answer, AnswerEnd, AnswerState } from './answer.js';
import { type AnswerRequest, AnswerText } from './answer-text.js';
import { type ChatChunk, decodeChatChunk, decodeErrorEvent } from './chat-chunk.js';
import { FramePattern } from './frame-pattern.js';
import { SseEventTooLargeError, SseReader } from './sse-reader.js';

/** What ends a stream in this protocol, in place of a frame. */
const DONE = '[DONE]';

/**
 * A `text/event-stream` of chat chunks. The answer is whole when a frame has given a finish reason, or text was
 * followed by `[DONE]`; the end of the stream without either, clean or not, is a failure. Text is read also after a
 * finish reason, which some gateways give with every frame, and after `[DONE]` nothing.
 */
export class StreamedAnswer implements Answer {
  state: AnswerState = 'open';
  hasNewToken = false;
  private readonly reader = new SseReader((data, name) => this.readEvent(data, name));
  private readonly text: AnswerText;
  private readonly pattern = new FramePattern();
  /** Whether the model has said anything. */
  private hasText = false;
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
    this.hasText ||= this.pushed !== '';
    const text = this.pushed === '' ? '' : this.text.push(this.pushed);
    if (this.text.isFull) this.finish('length', 'done');
    return text;
  }

  end(): AnswerEnd {
    const text = this.text.end();
    if (this.finishReason === undefined) {
      const ended = new ModelFailure(BROKEN_ANSWER, 'the answer ended without a finish reason');
      return { text, failure: this.failure ?? ended };
    }
    return { text, finishReason: this.finishReason, usage: this.usage ?? this.text.estimateUsage() };
  }

  private readEvent(data: string, name: string): void {
    // Servers keep a stream alive with empty data; events of a name that is not known are none of ours.
    if (this.state === 'done' || data === '' || (name !== '' && name !== 'message' && name !== 'error'))
      return;
    if (data.startsWith(DONE)) this.endByDone();
    else if (name === 'error') this.fail(decodeErrorEvent(data));
    else this.readChunk(data);
  }

  /** Simple servers end with `[DONE]` alone; without text it is no answer, but nobody's word that there is none. */
  private endByDone(): void {
    if (this.state === 'open' && (this.hasText || this.pushed !== '')) this.finishReason = 'stop';
    this.state = 'done';
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
      this.pattern.learn(data, chunk);
    } catch (error) {
      return this.fail(error);
    }
    this.usage = chunk.usage ?? this.usage;
    this.pushed += chunk.text;
    this.hasNewToken ||= chunk.hasToken;
    if (chunk.finishReason !== undefined) this.finish(chunk.finishReason, 'closing');
  }

  private finish(reason: ModelFinishReason, state: AnswerState): void {
    // An answer that has failed is not made whole by being too long.
    if (this.failure !== undefined) return;
    this.finishReason = reason;
    this.state = state;
  }

  private fail(error: unknown): void {
    const wasOpen = this.state === 'open';
    this.state = 'done';
    // An answer that has its finish reason is whole, whatever follows it.
    if (wasOpen) this.failure = toModelFailure(error);
  }
}
