import { AWAY, classifyStatus } from '../../failure-classes.js';
import { ModelFailure } from '../../model-failure.js';
import {
  type AnswerEnd,
  type AnswerState,
  NO_SIDE_DELTAS,
  type ResponseBody,
} from '../response/response-body.js';
import { BodyBuffer } from '../response/body-buffer.js';
import { saysAway } from './away.js';
import { describeErrorWords } from './error-words.js';
import { type Confidential, quoteForLog } from './quote-for-log.js';
import { readServerError } from './server-error.js';

/** How much of an error's body is read, in bytes: its reason is at the start. */
const MAX_BODY_BYTES = 8_192;

export interface Refusal {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  /** Whether the body is text and not, say, compressed. */
  readonly isReadable: boolean;
}

/** A response whose status is not 2xx. Its body is read only for the log, and waited for only briefly. */
export class RefusedAnswer implements ResponseBody {
  state: AnswerState = 'closing';
  readonly hasNewToken = false;
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
    const { status, retryAfterSeconds } = this.refusal;
    const body = parse(this.body.toString());
    const said = readServerError(body);
    const isAway = saysAway(status, body, said.message);
    const failureClass = isAway ? AWAY : classifyStatus(status);
    const words = describeErrorWords(said);
    const reason = words === '' ? `status ${status}` : `status ${status}, ${words}`;
    const quote = quoteForLog(said.message, this.confidential);
    // Only where the server has too much to do, or is away: elsewhere the header means something else.
    const isForNow = isAway || failureClass.code === 'model_overloaded';
    const options = { said, quote, retryAfterSeconds: isForNow ? retryAfterSeconds : undefined };
    return { text: '', failure: new ModelFailure(failureClass, reason, options) };
  }
}

/** The value of the body where it is JSON, else the body. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
