import type { NextFunction, Request, Response } from 'express';

/** Sends a request that asks for events to the handler that streams. It refuses nothing: it runs before the guard. */
export function chooseResponseForm(request: Request, _response: Response, next: NextFunction): void {
  const { stream } = (request.body ?? {}) as { stream?: unknown };
  if (stream === true) {
    const query = request.url.indexOf('?');
    request.url = `/v1/responses/stream${query < 0 ? '' : request.url.slice(query)}`;
  }
  next();
}
