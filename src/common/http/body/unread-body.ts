import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

const SWEEP_EVERY_MS = 100;

interface Rest {
  readonly request: IncomingMessage;
  /** How many bytes the connection may have brought in all. */
  readonly untilByte: number;
}

/**
 * Ends connections whose request has been answered, and goes on sending a body that is not wanted. A small rest is taken
 * and thrown away first: a connection that is closed with unread bytes is reset, and the caller would see that
 * in place of its answer. The time for it is that of every request.
 * @param maxRestBytes what may follow the answer
 */
export function limitUnreadBodies(maxRestBytes: number): RequestHandler {
  const rests = new Set<Rest>();
  let timer: NodeJS.Timeout | undefined;
  const sweep = () => {
    for (const rest of rests) {
      const { complete, socket } = rest.request;
      if (!complete && !socket.destroyed && socket.bytesRead <= rest.untilByte) continue;
      rests.delete(rest);
      if (!complete) socket.destroy();
    }
    if (rests.size === 0) timer = void clearInterval(timer);
  };
  return (request: Request, response: Response, next: NextFunction) => {
    response.once('finish', () => {
      if (request.complete) return;
      // A body that was begun to be read is not thrown away by Node.
      request.resume();
      rests.add({ request, untilByte: request.socket.bytesRead + maxRestBytes });
      timer ??= setInterval(sweep, SWEEP_EVERY_MS).unref();
    });
    next();
  };
}

/**
 * Lets the reader of the body say `100 Continue`, instead of Node before anything is known of the caller. Where the
 * body is not read, the connection ends with the answer: it is not known whether the body still comes.
 */
export function leaveContinueToReader(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('Connection', 'close');
    server.emit('request', request, response);
  });
}
