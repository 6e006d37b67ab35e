import type { NextFunction, Request, Response } from 'express';

/**
 * Removes what Nest's `@Sse` adds to a stream of frames:
 *
 * - the blank line that it writes with the headers. fetch-event-source delivers it as an empty message,
 *   at which pages that parse every message send their question again, for ever;
 * - the `id: 1`, `id: 2`, … before frames that have no id of their own. A strict client of variant A
 *   takes each network chunk for one `data:` frame and loses the text of anything else;
 * - comments, which it writes to find out whether a silent client is still there: another empty message.
 *
 * An id of our own is never a bare number, so what is one was made by Nest.
 * Bound to the SSE routes, before they run; JSON answers of the same routes pass unchanged.
 */
export function sseFraming(_request: Request, response: Response, next: NextFunction): void {
  const write = response.write.bind(response) as (...args: unknown[]) => boolean;
  response.write = (chunk: unknown, ...rest: unknown[]): boolean => {
    if (typeof chunk !== 'string') return write(chunk, ...rest);
    const frame = ownFrame(chunk);
    if (frame !== '') return write(frame, ...rest);
    const callback = rest.at(-1);
    if (typeof callback === 'function') process.nextTick(callback);
    return !response.writableNeedDrain;
  };
  next();
}

/** What is ours of a chunk that Nest writes: the frame without Nest's id, or nothing. */
export function ownFrame(chunk: string): string {
  if (chunk === '\n' || chunk.startsWith(':')) return '';
  return chunk.replace(/^id: \d+\n(?::[^\n]*\n)*/, '').replace(/^\n$/, '');
}
