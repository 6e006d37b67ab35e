import type { NextFunction, Request, Response } from 'express';
import type { ProblemContext } from '../errors/problem.js';
import { newId } from '../uuid.js';

const ACCEPTED_REQUEST_ID = /^[\w.-]{1,128}$/;

interface RequestWithContext extends Request {
  problemContext?: ProblemContext;
}

/**
 * Gives every request an id, the caller's `X-Request-Id` where it is harmless in a log, and sends it
 * back. A function and not an interceptor: an interceptor turns refusals of an SSE route into 200s.
 */
export function assignRequestContext(
  request: RequestWithContext,
  response: Response,
  next: NextFunction,
): void {
  const given = request.get('x-request-id');
  const requestId = given !== undefined && ACCEPTED_REQUEST_ID.test(given) ? given : newId();
  request.problemContext = { requestId, path: pathOf(request.originalUrl) };
  response.setHeader('X-Request-Id', requestId);
  next();
}

/** The context of a request; also of a request that failed before it got a context. */
export function problemContextOf(request: RequestWithContext): ProblemContext {
  return request.problemContext ?? { requestId: newId(), path: pathOf(request.originalUrl) };
}

/** A name or an address, and a port: a caller may send anything as its `Host`. */
const HOST = /^(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** Where the caller sent a request; `''`: it does not say. */
export function originOf({ protocol, host }: Request): string {
  return HOST.test(host ?? '') ? `${protocol}://${host}` : '';
}

/** Without the query string, which may hold what should not be repeated. */
function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
