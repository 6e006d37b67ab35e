import { Logger } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { problemContextOf } from './request-context.js';

const logger = new Logger('Access');

/** Logs each answered request: what, how it ended, how long it took. Never a body, a header or a query. */
export function logAccess(request: Request, response: Response, next: NextFunction): void {
  const startedAt = performance.now();
  response.once('close', () => {
    const { path, requestId } = problemContextOf(request);
    const entry = {
      method: request.method,
      path,
      status: response.statusCode,
      durationMs: Math.round(performance.now() - startedAt),
      requestId,
      ...(!response.writableFinished && { readerLeft: true }),
    };
    // Probes come every few seconds and say nothing.
    if (path.startsWith('/health/')) logger.debug(entry);
    else logger.log(entry);
  });
  next();
}
