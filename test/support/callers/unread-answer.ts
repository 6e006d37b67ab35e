import { connect, type Socket } from 'node:net';
import { endless } from '../model/model-server.faults.js';

/** Six bytes of JSON a character: an answer of these is more than the network between two sockets takes. */
export const BULKY = '\u0001'.repeat(1_000);

/** The largest answer there is, as six million bytes. */
export const longest = () => endless(BULKY);

/** A connection with a request, whose caller does not read the answer. */
export function sendAndNotRead(url: string, key: string, request: { path: string; body?: object }): Socket {
  const { hostname, port } = new URL(url);
  const { path, body } = request;
  const payload = body ? JSON.stringify(body) : '';
  const socket = connect(Number(port), hostname).pause();
  socket.on('error', () => undefined);
  socket.write(
    [
      `${body ? 'POST' : 'GET'} ${path} HTTP/1.1`,
      `host: ${hostname}`,
      `authorization: Bearer ${key}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(payload)}`,
      '',
      payload,
    ].join('\r\n'),
  );
  return socket;
}
