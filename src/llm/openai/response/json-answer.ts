import { BROKEN_ANSWER } from '../../failure-classes.js';
import { ModelFailure } from '../../model-failure.js';
import { toAnswerFailure } from '../refusal/server-failure.js';
import { type AnswerEnd, type AnswerState, NO_SIDE_DELTAS, type ResponseBody } from './response-body.js';
import { SideDeltas } from './side-deltas.js';
import { type AnswerRequest, AnswerText, MAX_ANSWER_BYTES } from './answer-text.js';
import { BodyBuffer } from './body-buffer.js';
import { type ChatChunk, decodeChatChunk, decodeErrorEvent } from '../chunk/chat-chunk.js';
import { emptyAnswer } from './empty-answer.js';
import { hasStrayTag, ThinkingReader } from './thinking-reader.js';

/** A complete `chat.completion` as JSON, from a server that does not stream. Its text comes at its end. */
export class JsonAnswer implements ResponseBody {
  state: AnswerState = 'open';
  readonly hasNewToken = false;
  sideDeltas = NO_SIDE_DELTAS;
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

  private decode(): AnswerEnd {
    if (this.body.isOverfull)
      throw new ModelFailure(BROKEN_ANSWER, `the answer exceeds ${MAX_ANSWER_BYTES} bytes`);
    const body = this.body.toString();
    const chunk = decodeChatChunk(body);
    // An object of another protocol is no answer: what it says may be why.
    if (chunk.isForeign) throw decodeErrorEvent(body);
    const { finishReason, usage } = chunk;
    if (finishReason === undefined) throw new ModelFailure(BROKEN_ANSWER, 'the answer has no finish reason');
    const said = separateThinking(chunk, this.request);
    const sides = new SideDeltas();
    this.sideDeltas = sides.read(said);
    const answerText = new AnswerText(this.request);
    const text = answerText.push(said.text) + answerText.end();
    if (this.request.onStrayTag && hasStrayTag(text)) this.request.onStrayTag();
    const { keptChars } = this.request;
    const failure = emptyAnswer({ text, finishReason, hasCalls: sides.hasCalls, keptChars });
    if (failure) return { text, failure };
    return {
      text,
      finishReason: answerText.isFull ? 'length' : finishReason,
      usage: usage ?? answerText.estimateUsage(),
    };
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
  return { ...chunk, text, reasoning: chunk.reasoning + thought + reader.thinking };
}
