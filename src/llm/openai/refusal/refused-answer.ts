import {
  type AnswerEnd,
  type AnswerState,
  NO_SIDE_DELTAS,
  type ResponseBody,
} from '../response/response-body.js';
import { BodyBuffer } from '../response/body-buffer.js';
import { awayClassOf } from './away.js';
import type { Confidential } from './quote-for-log.js';
import { readServerError } from './server-error.js';
import { toServerFailure } from './server-failure.js';

/** How much of an error's body is read, in bytes: its reason is at the start. */
const MAX_BODY_BYTES = 8_192;

export interface Refusal {
  readonly status: number;
  /** Milliseconds from the request to the head of the response. */
  readonly afterMs: number;
  readonly retryAfterSeconds: number | undefined;
  /** Whether the body is text and not, say, compressed. */
  readonly isReadable: boolean;
}

/** A response whose status is not 2xx. Its body is read only for the log, and waited for only briefly. */
export class RefusedAnswer implements ResponseBody {
  state: AnswerState = 'closing';
  readonly hasNewToken = false;
  readonly hasNewCall = false;
  readonly sideDeltas = NO_SIDE_DELTAS;
  readonly isCut = false;
  private readonly body = new BodyBuffer(MAX_BODY_BYTES);

  constructor(
    private readonly refusal: Refusal,
    private readonly confidential: Confidential,
  ) {}

  push(bytes: Buffer): string {
    if (this.refusal.isReadable) this.body.push(bytes);
    if (this.body.isOverfull) this.state = 'done';
    return '';
  }

  end(): AnswerEnd {
    const body = parse(this.body.toString());
    const said = readServerError(body);
    const awayClass = awayClassOf(this.refusal, body, said.message);
    const response = { ...this.refusal, awayClass, isServersWord: typeof body !== 'string' };
    return { text: '', failure: toServerFailure(said, this.confidential, response) };
  }
}

/** The value of the body where it is JSON, also as the data of an event; else the body. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^(?:event:.*\n)?data:/, ''));
  } catch {
    return body;
  }
}
