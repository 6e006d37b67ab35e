import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ProblemContext } from '../../../common/errors/problem.js';
import { problemContextOf } from '../../../common/http/request-context.js';
import type { SseFrame } from '../../../common/http/sse/sse.js';
import { DONE } from './encoder.js';

type HttpRequest = Parameters<typeof problemContextOf>[0];

/** The form in which the caller of a QA API stream wants its frames. */
export interface QaFraming {
  readonly context: ProblemContext;
  /** The JSON of each frame comes as Base64. */
  readonly isBase64: boolean;
  /** The reader gets the reasoning of the model, too. */
  readonly withReasoning: boolean;
}

/** `X-Base64: ON`, in any case, asks for Base64, and `Think-Status: ON` for the reasoning; every other value is off. */
export function framingOf(request: HttpRequest): QaFraming {
  return {
    context: problemContextOf(request),
    isBase64: isOn(request.get('x-base64')),
    withReasoning: isOn(request.get('think-status')),
  };
}

function isOn(value: string | undefined): boolean {
  return value?.trim().toLowerCase() === 'on';
}

/** As a controller's parameter. */
export const RouteQaFraming = createParamDecorator((_: unknown, context: ExecutionContext): QaFraming =>
  framingOf(context.switchToHttp().getRequest<HttpRequest>()),
);

/** The frame with its JSON as Base64 of its UTF-8 (RFC 4648, section 4). `[DONE]` is no JSON, and stays. */
export function toBase64Frame(frame: SseFrame): SseFrame {
  if (frame.data === DONE) return frame;
  return { ...frame, data: Buffer.from(frame.data, 'utf8').toString('base64') };
}
