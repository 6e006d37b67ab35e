import type { ResponseBody, AnswerEnd, AnswerState } from './response-body.js';
import type { AnswerRequest } from './answer-text.js';
import { JsonAnswer } from './json-answer.js';
import { StreamedAnswer } from './streamed-answer.js';

const OPENING_BRACE = 0x7b;

/** White space, and the bytes of a byte order mark. */
const BLANKS: readonly number[] = [0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf];

/**
 * A body whose form is told by its first byte that is not blank: JSON begins with a brace, and everything else is
 * read as a stream, which it must prove to be. Its label is not asked: gateways leave it out, pass streams on as
 * `application/json`, and put JSON errors into what they have announced as a stream.
 */
export class AnswerByFirstByte implements ResponseBody {
  private chosen: ResponseBody | undefined;

  constructor(private readonly request: AnswerRequest) {}

  get state(): AnswerState {
    return this.chosen === undefined ? 'open' : this.chosen.state;
  }

  get hasNewToken(): boolean {
    return this.chosen !== undefined && this.chosen.hasNewToken;
  }

  get isCut(): boolean {
    return this.chosen !== undefined && this.chosen.isCut;
  }

  push(bytes: Buffer): string {
    if (this.chosen !== undefined) return this.chosen.push(bytes);
    const start = bytes.findIndex((byte) => !BLANKS.includes(byte));
    if (start < 0) return '';
    const isJson = bytes[start] === OPENING_BRACE;
    this.chosen = isJson ? new JsonAnswer(this.request) : new StreamedAnswer(this.request);
    return this.chosen.push(bytes.subarray(start));
  }

  end(): AnswerEnd {
    return (this.chosen ?? new StreamedAnswer(this.request)).end();
  }
}
