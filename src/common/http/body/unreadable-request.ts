import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../../errors/app-error.js';
import { toProblem } from '../../errors/problem.js';
import { newId } from '../../uuid.js';

/**
 * Answers what is not HTTP, or came too slowly, as problem JSON too. Such a request never reaches
 * middleware, and Node would answer it with a bare status.
 */
export function answerUnreadableRequests(server: Server): void {
  const exchanges = new WeakMap<object, Set<Exchange>>();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const open = exchanges.get(socket) ?? new Set();
    const exchange = { request, response };
    exchanges.set(socket, open.add(exchange));
    response.once('close', () => open.delete(exchange));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (socket.writable && [...(exchanges.get(socket) ?? [])].every(mayEnd)) socket.end(describe(error));
    else socket.destroy();
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Whether the problem is what a request is to be answered: its body is what is broken, or too slow. In the middle
 * of another answer, or before it, the problem would be taken for a part of that one, or for all of it.
 */
function mayEnd({ request, response }: Exchange): boolean {
  return !request.complete && !response.headersSent;
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
