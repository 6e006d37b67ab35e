import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { disconnection } from './disconnected.js';
import { readRepeatHeaders, type RepeatHeaders } from './repeat-headers.js';
import { readTraceHeaders, type TraceHeaders } from './trace-headers.js';

/** How a question comes: as a repetition of which other one, and over which connection. */
export interface IncomingCall extends RepeatHeaders {
  /** Aborted when the connection has ended. */
  readonly disconnected: AbortSignal;
  /** What the model server is sent, to find its part in its logs. */
  readonly trace: TraceHeaders;
}

/** A signal that is aborted when the caller's connection has ended, as a controller's parameter. */
export const Disconnected = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal =>
  disconnection(context.switchToHttp().getResponse<Response>()),
);

/** How the request comes, as a controller's parameter. @throws AppError as {@link readRepeatHeaders} */
export const Incoming = createParamDecorator((_: unknown, context: ExecutionContext): IncomingCall => {
  const http = context.switchToHttp();
  const request = http.getRequest<Request>();
  return {
    ...readRepeatHeaders(request),
    trace: readTraceHeaders(request),
    disconnected: disconnection(http.getResponse<Response>()),
  };
});
