import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../errors/app-error.js';
import { toProblem } from '../errors/problem.js';
import { newId } from '../uuid.js';

/**
 * Answers what is not HTTP, or came too slowly, as problem JSON too. Such a request never becomes one that
 * middleware sees, and Node would answer it with a bare status.
 */
export function answerUnreadableRequests(server: Server): void {
  const answering = new WeakSet<object>();
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    answering.add(socket);
    response.once('close', () => answering.delete(socket));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    // In the middle of another answer it would be taken for a part of that one.
    if (socket.writable && !answering.has(socket)) socket.end(describe(error));
    else socket.destroy();
  });
}

function describe({ code }: NodeJS.ErrnoException): string {
  const error = toAppError(code);
  const body = JSON.stringify(toProblem(error, { path: '/', requestId: newId() }));
  return [
    `HTTP/1.1 ${error.status} ${error.status === 408 ? 'Request Timeout' : 'Bad Request'}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

function toAppError(code: string | undefined): AppError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new AppError('request_timeout', 'The request did not arrive completely in time.');
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new AppError('bad_request', 'The head of the request is larger than the service takes.');
  }
  return new AppError('bad_request', 'The request is not valid HTTP.');
}
