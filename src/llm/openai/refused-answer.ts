import { classifyStatus } from '../failure-classes.js';
import { ModelFailure } from '../model-failure.js';
import type { Answer, AnswerEnd, AnswerState } from './answer.js';
import { BodyBuffer } from './body-buffer.js';
import { type Confidential, quoteForLog } from './quote-for-log.js';

/** What is read of the body of an error, in bytes: its reason stands at its start. */
const MAX_BODY_BYTES = 8_192;

export interface Refusal {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  /** Whether the body is text and not, say, compressed. */
  readonly isReadable: boolean;
}

/** A response whose status is not 2xx. Its body is read only for the log, and waited for only briefly. */
export class RefusedAnswer implements Answer {
  state: AnswerState = 'closing';
  readonly hasNewToken = false;
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
    const failureClass = classifyStatus(status);
    const said = quoteForLog(messageOf(this.body.toString()), this.confidential);
    const reason = said === '' ? `status ${status}` : `status ${status}: ${said}`;
    // Only where the server says that it has too much to do: elsewhere the header means something else.
    const isOverload = failureClass.code === 'model_overloaded';
    const options = { retryAfterSeconds: isOverload ? retryAfterSeconds : undefined };
    return { text: '', failure: new ModelFailure(failureClass, reason, options) };
  }
}

/**
 * The message where the body is JSON of a form that servers use (OpenAI's, a bare message, FastAPI's list of
 * faults); nothing of other JSON, which may be the request sent back; else the body.
 */
function messageOf(body: string): string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return body;
  }
  const { error, message, detail } = asRecord(value);
  const fault = asRecord(Array.isArray(detail) ? detail[0] : undefined);
  const candidates = [asRecord(error)['message'], error, message, fault['msg'], detail];
  return candidates.find((candidate) => typeof candidate === 'string') ?? '';
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
