import type { ModelFailureCode, ModelFinishReason, SideDelta, Usage } from '../../completion.js';
import { BROKEN_ANSWER } from '../../failure-classes.js';
import { ModelFailure } from '../../model-failure.js';
import { isKeepAlive, isPing } from '../refusal/error-frame.js';
import { toAnswerFailure } from '../refusal/server-failure.js';
import { type AnswerRequest, AnswerText } from './answer-text.js';
import {
  type ChatChunk,
  decodeChatChunk,
  decodeErrorEvent,
  decodeIfChunk,
  findErrorIn,
} from '../chunk/chat-chunk.js';
import { emptyAnswer, finishWithCalls } from './empty-answer.js';
import { type AnswerEnd, type AnswerState, NO_SIDE_DELTAS, type ResponseBody } from './response-body.js';
import { SideDeltas } from './side-deltas.js';
import { hasStrayTag, ThinkingReader } from '../thinking/thinking-reader.js';
import { BARE_LINE, END_OF_STREAM, MAX_EVENT_CHARS, type SseEvent, SseReader } from './sse-reader.js';

/** Errors that end an answer where it has text already: another attempt would come to the same place. */
const CUTS: Partial<Record<ModelFailureCode, ModelFinishReason>> = {
  content_filtered: 'content_filter',
  context_too_long: 'length',
};

const OPENING_BRACE = 0x7b;

/** How an event stream begins, and what is too short to say. */
const BEGIN_OF_STREAM = /^\s*(?:$|\{|(?:data|event|id|retry|error)?:)/;

/** Ends a line that has not ended, and the event that it belongs to. */
const EVENT_END = Buffer.from('\n\n');

/**
 * A `text/event-stream` of chat chunks. The answer is complete when a frame has given a finish reason, or text or complete calls
 * were followed by `[DONE]`; the end of the stream without either, clean or not, is a failure. Text is read also after a
 * finish reason, which some gateways give with every frame, and after `[DONE]` nothing. The last frame may come
 * without the empty line behind it.
 */
export class StreamedAnswer implements ResponseBody {
  state: AnswerState = 'open';
  hasNewToken = false;
  hasNewCall = false;
  sideDeltas: readonly SideDelta[] = NO_SIDE_DELTAS;
  private readonly reader = new SseReader();
  private readonly text: AnswerText;
  /** The first piece of the body. */
  private begin: Buffer | undefined;
  /** Whether earlier pushes have brought a token. */
  private hasToken = false;
  /** Whether the model thought, or wanted a tool called. */
  private hasSides = false;
  /** Whether text came as a delta, so that a message that follows is a repetition of it. */
  private hasDelta = false;
  /** Whether there is no more room for calls. */
  private hasFullCalls = false;
  private hasDone = false;
  /** Whether a frame was none of this protocol. */
  private hasForeign = false;
  private finishReason: ModelFinishReason | undefined;
  private usage: Usage | undefined;
  private failure: ModelFailure | undefined;
  /** Present once there is one. */
  private sides: SideDeltas | undefined;
  /** Present until the text has begun: an answer that does not think pays nothing for it. */
  private thinking: ThinkingReader | undefined;

  constructor(private readonly request: AnswerRequest) {
    this.text = new AnswerText(request);
    if (request.thinking !== 'none') this.thinking = new ThinkingReader(request);
  }

  get isCut(): boolean {
    return this.text.isFull || this.hasFullCalls;
  }

  push(bytes: Buffer): string {
    this.hasNewToken = false;
    this.hasNewCall = false;
    this.sideDeltas = NO_SIDE_DELTAS;
    this.begin ??= bytes.subarray(0, 64);
    // The deltas of one push are one text.
    let pushed = '';
    for (const event of this.reader.read(bytes)) {
      const said = this.readEvent(event);
      pushed += this.thinking && said !== '' ? this.readThinking(this.thinking.push(said)) : said;
    }
    if (this.reader.isOverfull)
      this.fail(new ModelFailure(BROKEN_ANSWER, `an event is larger than ${MAX_EVENT_CHARS} characters`));
    // Also the text before a failing frame: the text must not depend on where the reads were cut.
    this.hasToken ||= this.hasNewToken;
    const text = pushed === '' ? '' : this.text.push(pushed);
    if (this.text.isFull || this.hasFullCalls) this.cut();
    return text;
  }

  end(): AnswerEnd {
    this.sideDeltas = NO_SIDE_DELTAS;
    let text = this.state === 'done' ? '' : this.push(EVENT_END);
    if (this.thinking) text += this.endThinking(this.thinking);
    text += this.text.end();
    if (this.request.onStrayTag && hasStrayTag(this.text.soFar)) this.request.onStrayTag();
    const finishReason = this.failure
      ? this.cutReason(this.failure)
      : (this.finishReason ?? (this.isDone() ? 'stop' : undefined));
    if (finishReason !== undefined) return this.toEnd(text, finishReason);
    return { text, failure: this.failure ?? new ModelFailure(BROKEN_ANSWER, this.whyUnfinished()) };
  }

  private endThinking(reader: ThinkingReader): string {
    const text = this.text.push(this.readThinking(reader.end()));
    if (reader.isUnclosed && this.finishReason === 'stop') this.request.onUnclosed?.();
    return text;
  }

  private toEnd(text: string, finishReason: ModelFinishReason): AnswerEnd {
    const { keptChars } = this.request;
    const { hasSides, hasCalls } = this;
    const reason = finishWithCalls(finishReason, hasCalls);
    this.endCalls(reason);
    const failure = emptyAnswer({ text: this.text.soFar, finishReason, hasSides, hasCalls, keptChars });
    if (failure) return { text, failure };
    const usage = this.usage ?? this.text.estimateUsage(this.sides?.calls.written);
    return { text, finishReason: reason, usage };
  }

  private endCalls(finishReason: ModelFinishReason): void {
    const left = this.sides?.calls.end(finishReason === 'tool_calls') ?? [];
    if (left.length > 0) this.sideDeltas = [...this.sideDeltas, ...left];
  }

  private get hasCalls(): boolean {
    return this.sides?.calls.isEmpty === false;
  }

  /** Pages of proxies come with the status 200, too. */
  private whyUnfinished(): string {
    const isStream = this.reader.hasEvents || BEGIN_OF_STREAM.test(this.begin?.toString() ?? '');
    return isStream
      ? 'the answer ended without a finish reason'
      : 'the answer is not JSON and no event stream';
  }

  /** @returns the text, of which the reader has taken the thinking */
  private readThinking(text: string): string {
    const { thinking = '', isDone } = this.thinking ?? {};
    if (thinking !== '') this.addSideDeltas({ reasoning: thinking });
    if (isDone) this.thinking = undefined;
    return text;
  }

  /** Why the text so far is all that the reader gets. Without text, a filter and a length are failures. */
  private cutReason({ code }: ModelFailure): ModelFinishReason | undefined {
    const hasText = !this.text.isEmpty || (this.request.keptChars ?? 0) > 0;
    return hasText ? CUTS[code] : undefined;
  }

  /**
   * Simple servers end with `[DONE]` alone. Without text or calls, inside the arguments of a call, or after a frame of another
   * protocol, which may have been an error, that does not say that there is an answer.
   */
  private isDone(): boolean {
    const hasAnswer = this.hasCalls ? this.sides!.calls.isComplete : !this.text.isEmpty;
    return this.hasDone && !this.hasForeign && hasAnswer;
  }

  /** The text of an event; `''`: it has none. */
  private readEvent({ event = 'message', data }: SseEvent): string {
    // Servers keep a stream alive with empty data.
    if (this.state === 'done' || data === '') return '';
    try {
      if (event === 'error') throw decodeErrorEvent(data);
      if (event !== 'message') return this.readNamed(event, unwrapped(data));
      if (data.charCodeAt(0) === OPENING_BRACE) return this.take(decodeChatChunk(data));
      const payload = unwrapped(data);
      if (payload.startsWith(END_OF_STREAM)) this.endAtDone();
      else if (!isKeepAlive(payload)) return this.take(decodeChatChunk(payload));
    } catch (error) {
      this.fail(error);
    }
    return '';
  }

  /** Some gateways give each chunk a name. Other events are no part of the protocol, but may say that the model failed. */
  private readNamed(event: string, data: string): string {
    if (isPing(event)) return '';
    if (data.startsWith(END_OF_STREAM)) return this.endAtDone();
    const chunk = decodeIfChunk(data);
    if (chunk) return this.take(chunk);
    this.hasForeign = true;
    const error = event === BARE_LINE ? findErrorIn(data) : null;
    if (error) throw error;
    return '';
  }

  private endAtDone(): string {
    this.hasDone = true;
    this.state = 'done';
    return '';
  }

  private take(chunk: ChatChunk): string {
    const { text, isMessage, finishReason, usage } = chunk;
    if (usage !== undefined) this.usage = usage;
    if (text === '') this.noteSilent(chunk);
    // Some servers end a stream with the complete answer as a message.
    const isRepetition = isMessage && this.hasDelta;
    if (!isRepetition) {
      this.hasNewToken ||= chunk.hasToken;
      this.hasDelta ||= text !== '' && !isMessage;
      if (chunk.calls) this.takeCalls(chunk);
      else if (chunk.reasoning !== '') this.addSideDeltas(chunk);
    }
    if (finishReason !== undefined) this.endAt(finishReason);
    return isRepetition ? '' : text;
  }

  private takeCalls(chunk: ChatChunk): void {
    this.hasNewCall = true;
    this.hasDelta ||= !chunk.isMessage;
    this.addSideDeltas(chunk);
  }

  /** Of a chunk without a text. */
  private noteSilent({ isForeign, hasToken }: ChatChunk): void {
    if (isForeign) this.hasForeign = true;
    if (hasToken) this.hasSides = true;
  }

  private endAt(finishReason: ModelFinishReason): void {
    this.finishReason = finishReason;
    // Before the first token a reason is no end: a gateway that gives one with every frame does so with the first.
    if (this.hasToken || this.hasNewToken) this.state = 'closing';
  }

  private addSideDeltas(said: Pick<ChatChunk, 'reasoning' | 'calls'>): void {
    this.sides ??= new SideDeltas(this.request);
    if (said.reasoning !== '') this.thinking?.noteSeparated();
    const deltas = this.sides.read(said);
    this.hasSides ||= deltas.length > 0;
    this.hasFullCalls = this.sides.calls.isFull;
    this.sideDeltas = [...this.sideDeltas, ...deltas];
  }

  private cut(): void {
    // An answer that has failed does not become complete by being too long.
    if (this.failure !== undefined) return;
    this.finishReason = 'length';
    this.state = 'done';
  }

  private fail(error: unknown): void {
    const wasOpen = this.state === 'open';
    this.state = 'done';
    // An answer that has its finish reason is complete, whatever follows it.
    if (wasOpen) this.failure = toAnswerFailure(error, this.request);
  }
}

/** The data of an event without the prefixes and the quotes that some gateways put around it again. */
function unwrapped(data: string): string {
  const payload = data.replace(/^(?:\s|data:)+/, '').trimEnd();
  return /^"[^"\\]*"$/.test(payload) ? payload.slice(1, -1) : payload;
}
