import { isIP } from 'node:net';
import { Logger } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { problemContextOf } from './request-context.js';

const logger = new Logger('Access');

/** What of a request says who sent it, once its key is known. */
interface RequestWithCaller extends Request {
  readonly callingClient?: { readonly name: string; readonly keyId?: string };
}

/**
 * Logs each answered request: which route, by which client and key, from where, how it ended, how long it took. Never a
 * body, a header, a query or a path: conversations, documents and templates are named by their callers, and a path that
 * is no route may be anything.
 */
export function logAccess(request: RequestWithCaller, response: Response, next: NextFunction): void {
  const startedAt = performance.now();
  // At the end a connection that was cut has no address any more.
  const address = addressOf(request);
  response.once('close', () => {
    const { requestId } = problemContextOf(request);
    const { method, callingClient } = request;
    const route = routeOf(request);
    const { statusCode: status } = response;
    const entry = {
      message: `${method} ${route} ${status}`,
      method,
      route,
      status,
      durationMs: Math.round(performance.now() - startedAt),
      requestId,
      address,
      ...(callingClient && { client: callingClient.name, keyId: callingClient.keyId }),
      ...(!response.writableFinished && { readerLeft: true }),
    };
    // Probes come every few seconds and say nothing.
    if (route.startsWith('/health/')) logger.debug(entry);
    else logger.log(entry);
  });
  next();
}

/** By `TRUST_PROXY`; the connection's where a proxy that is trusted passed on what is no address. */
function addressOf({ ip = '', socket }: Request): string {
  return isIP(ip) > 0 ? ip : (socket.remoteAddress ?? '');
}

/** The pattern of the route, such as `/api/documents/:id`; of a request that was refused on its way there, too. */
function routeOf(request: Request): string {
  const { path: matched } = (request.route ?? {}) as { path?: unknown };
  if (typeof matched === 'string') return matched;
  const { path: asked } = problemContextOf(request);
  for (const layer of request.app.router.stack) {
    const path: unknown = layer.route?.path;
    if (typeof path === 'string' && matches(layer as unknown as Layer, asked)) return path;
  }
  return '(no route)';
}

/** What Express's types leave out of a layer of its router. */
interface Layer {
  match(path: string): unknown;
}

function matches(layer: Layer, path: string): boolean {
  try {
    return Boolean(layer.match(path));
  } catch {
    // What cannot be decoded, such as `%zz`.
    return false;
  }
}
