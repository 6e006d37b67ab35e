import type { NextFunction, Request, Response } from 'express';

/**
 * Sends a request that asks for chunks to the handler that streams, by rewriting the URL, as the Conversation API does: each
 * handler stays a plain `@Post` or `@Sse`. It refuses nothing: it runs before the guard.
 */
export function chooseForm(request: Request, _response: Response, next: NextFunction): void {
  const { stream } = (request.body ?? {}) as { stream?: unknown };
  if (stream === true) {
    const query = request.url.indexOf('?');
    request.url = `/v1/chat/completions/stream${query < 0 ? '' : request.url.slice(query)}`;
  }
  next();
}
