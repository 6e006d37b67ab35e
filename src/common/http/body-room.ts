import { getHeapStatistics } from 'node:v8';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { AppError } from '../errors/app-error.js';

/**
 * Of the heap, what the bodies of open requests may be. Each is there several times while it is answered: as read,
 * as decoded, as what the model is sent.
 */
const SHARE_OF_HEAP = 1 / 5;

/**
 * Refuses requests whose bodies have no room beside those that are being answered: V8 ends the process, and every
 * answer in it, when its heap is full.
 * @param limitBytes the largest body there can be; what a body without `Content-Length` counts for
 * @param roomBytes for all bodies together
 */
export function bodyRoom(
  limitBytes: number,
  roomBytes = getHeapStatistics().heap_size_limit * SHARE_OF_HEAP,
): RequestHandler {
  let takenBytes = 0;
  return (request: Request, response: Response, next: NextFunction) => {
    const bytes = bodyBytes(request, limitBytes);
    // A single one is let in however small the room is.
    if (takenBytes > 0 && takenBytes + bytes > roomBytes) {
      next(
        new AppError('service_overloaded', 'Too many large requests are being answered. Try again later.', {
          retryAfterSeconds: 1,
        }),
      );
      return;
    }
    takenBytes += bytes;
    response.once('close', () => (takenBytes -= bytes));
    next();
  };
}

function bodyBytes(request: Request, limitBytes: number): number {
  if ('transfer-encoding' in request.headers) return limitBytes;
  const declared = Number(request.headers['content-length'] ?? 0);
  // What is larger is refused before it is read.
  return declared > limitBytes ? 0 : declared;
}
