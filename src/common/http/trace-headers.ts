import type { Request } from 'express';
import { problemContextOf } from './request-context.js';

/** `x-request-id`, and the caller's `traceparent` and `tracestate` where they are valid: what other servers are sent. */
export type TraceHeaders = Readonly<Record<string, string>>;

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT =
  /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-[\x21-\x7e]{1,400})?$/;
/** Without `traceparent` it means nothing. */
const TRACESTATE = /^[\x20-\x7e]{1,512}$/;

/** The headers by which the requests that follow from this one are found in the logs of other servers. */
export function readTraceHeaders(request: Request): TraceHeaders {
  const { requestId } = problemContextOf(request);
  const traceparent = request.get('traceparent')?.trim() ?? '';
  const tracestate = request.get('tracestate')?.trim() ?? '';
  if (!TRACEPARENT.test(traceparent)) return { 'x-request-id': requestId };
  return {
    'x-request-id': requestId,
    traceparent,
    ...(TRACESTATE.test(tracestate) && { tracestate }),
  };
}
