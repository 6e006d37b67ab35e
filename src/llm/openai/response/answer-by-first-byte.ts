import type { AnswerRequest } from './answer-text.js';
import { JsonAnswer } from './json-answer.js';
import type { ResponseBody } from './response-body.js';
import { StreamedAnswer } from './streamed-answer.js';

/** An object, and a list of them. */
const OPENING: ReadonlySet<number> = new Set([0x7b, 0x5b]);

/**
 * Chooses how an answer is read by its first byte that is not blank. JSON begins with a brace or a bracket; everything else is read
 * as a stream, and fails if it is none. The content type does not decide: gateways leave it out, pass streams on as
 * `application/json`, and put JSON errors into announced streams.
 */
export function answerByFirstByte(byte: number, request: AnswerRequest): ResponseBody {
  return OPENING.has(byte) ? new JsonAnswer(request) : new StreamedAnswer(request);
}
