import type { NextFunction, Request, Response } from 'express';
import { toBoolean } from '../../../common/http/lenient-scalars.js';
import type { FramingMark } from './framing.js';

/**
 * Sends `POST /chat` and `POST /api/chat` to the handler that their body asks for, by rewriting the
 * URL, so that each handler stays a plain `@Post` or `@Sse`. It refuses nothing: it runs before the
 * guard, and a caller without a key is to hear of that first.
 */
export function chooseVariant(request: Request & FramingMark, _response: Response, next: NextFunction): void {
  const body = (request.body ?? {}) as Record<string, unknown>;
  // Routes are found without regard to case.
  const isConversation = request.path.toLowerCase().startsWith('/api')
    ? isGiven(body['query']) && !isGiven(body['question'])
    : true;
  if (isConversation) {
    const streams = wantsStream(request, body);
    if (streams) request.withoutFrameIds = true;
    request.url = (streams ? '/chat/stream' : '/chat') + queryOf(request.url);
  }
  next();
}

/** `stream` decides when given; else whether the caller names SSE as what it accepts. */
function wantsStream(request: Request, body: Record<string, unknown>): boolean {
  const stream = toBoolean(body['stream']);
  if (typeof stream === 'boolean') return stream;
  return !isGiven(stream) && /\btext\/event-stream\b/i.test(request.get('accept') ?? '');
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function queryOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}
