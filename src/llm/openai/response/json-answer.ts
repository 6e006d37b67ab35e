import type { ModelFinishReason, SideDelta } from '../../completion.js';
import { BROKEN_ANSWER } from '../../failure-classes.js';
import { ModelFailure } from '../../model-failure.js';
import { toAnswerFailure } from '../refusal/server-failure.js';
import { type AnswerEnd, type AnswerState, NO_SIDE_DELTAS, type ResponseBody } from './response-body.js';
import { SideDeltas } from './side-deltas.js';
import { type AnswerRequest, AnswerText, MAX_ANSWER_BYTES } from './answer-text.js';
import { BodyBuffer } from './body-buffer.js';
import { type ChatChunk, decodeChatChunk, decodeErrorEvent, decodeIfChunk } from '../chunk/chat-chunk.js';
import { emptyAnswer, finishWithCalls } from './empty-answer.js';
import { StreamedAnswer } from './streamed-answer.js';
import { hasStrayTag, ThinkingReader } from '../thinking/thinking-reader.js';

/** A complete `chat.completion` as JSON, from a server that does not stream. Its text comes at its end. */
export class JsonAnswer implements ResponseBody {
  state: AnswerState = 'open';
  readonly hasNewToken = false;
  readonly hasNewCall = false;
  sideDeltas: readonly SideDelta[] = NO_SIDE_DELTAS;
  readonly isCut = false;
  private readonly body = new BodyBuffer(MAX_ANSWER_BYTES);

  constructor(private readonly request: AnswerRequest) {}

  push(bytes: Buffer): string {
    this.body.push(bytes);
    if (this.body.isOverfull) this.state = 'done';
    return '';
  }

  end(): AnswerEnd {
    try {
      return this.decode();
    } catch (error) {
      return { text: '', failure: toAnswerFailure(error, this.request) };
    }
  }

  private readAs(answer: StreamedAnswer, body: string): AnswerEnd {
    const text = answer.push(Buffer.from(body));
    const { sideDeltas } = answer;
    const end = answer.end();
    this.sideDeltas = [...sideDeltas, ...answer.sideDeltas];
    return { ...end, text: text + end.text };
  }

  private decode(): AnswerEnd {
    if (this.body.isOverfull)
      throw new ModelFailure(BROKEN_ANSWER, `the answer exceeds ${MAX_ANSWER_BYTES} bytes`);
    const body = this.body.toString();
    // A stream of bare chunks begins with a brace, too.
    if (isLines(body)) return this.readAs(new StreamedAnswer(this.request), body);
    const chunk = decodeChatChunk(body);
    // An object of another protocol is no answer: what it says may be why.
    if (chunk.isForeign) throw decodeErrorEvent(body);
    return this.toEnd(chunk);
  }

  private toEnd(chunk: ChatChunk): AnswerEnd {
    const said = separateThinking(chunk, this.request);
    const sides = new SideDeltas(this.request);
    const begun = sides.read(said);
    const answerText = new AnswerText(this.request);
    const text = answerText.push(said.text) + answerText.end();
    const hasCalls = !sides.calls.isEmpty;
    const finishReason = chunk.finishReason ?? reasonOf(text, hasCalls);
    if (this.request.onStrayTag && hasStrayTag(text)) this.request.onStrayTag();
    const isFull = answerText.isFull || sides.calls.isFull;
    const reason = isFull ? 'length' : finishWithCalls(finishReason, hasCalls);
    this.sideDeltas = [...begun, ...sides.calls.end(reason === 'tool_calls')];
    const hasSides = this.sideDeltas.length > 0 || (chunk.hasToken && chunk.text === '');
    const { keptChars } = this.request;
    const failure = emptyAnswer({ text, finishReason, hasSides, hasCalls, keptChars });
    if (failure) return { text, failure };
    return {
      text,
      finishReason: reason,
      usage: chunk.usage ?? answerText.estimateUsage(sides.calls.written),
    };
  }
}

/** A complete message with a text or a call has nothing left to come: some servers leave the reason out. */
function reasonOf(text: string, hasCalls: boolean): ModelFinishReason {
  if (text.trim() !== '' || hasCalls) return 'stop';
  throw new ModelFailure(BROKEN_ANSWER, 'the answer has no finish reason');
}

/** Whether it is several lines, the first of which is a chunk of a stream (NDJSON). */
function isLines(body: string): boolean {
  const text = body.trim();
  const end = text.indexOf('\n');
  try {
    return end > 0 && decodeIfChunk(text.slice(0, end)) !== null;
  } catch {
    return true;
  }
}

/** What a complete answer says, with the thinking at the start of its text as its reasoning. */
function separateThinking(chunk: ChatChunk, request: AnswerRequest): ChatChunk {
  if (request.thinking === 'none') return chunk;
  const reader = new ThinkingReader(request);
  if (chunk.reasoning !== '') reader.noteSeparated();
  const begun = reader.push(chunk.text);
  const thought = reader.thinking;
  const text = begun + reader.end();
  if (reader.isUnclosed && chunk.finishReason === 'stop') request.onUnclosed?.();
  return { ...chunk, text, reasoning: chunk.reasoning + thought + reader.thinking };
}
