import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { CHILD_KEY, type ChildService } from '../support/programs/child-service.js';

/** What one caller does beyond sending a body; returns the statuses of what was answered. */
export interface ConnectionKind {
  readonly name: string;
  readonly run: (service: ChildService) => Promise<number[]>;
  readonly isShort?: true;
}

/** `count` nested lists as JSON: a kilobyte when it is compressed. */
const nested = (count: number) => gzipSync(`{"a":${'['.repeat(count)}${']'.repeat(count)}}`);

async function sendCompressed(service: ChildService, body: Buffer, key: string | null): Promise<number> {
  const response = await fetch(`${service.url}/chat`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      ...(key !== null && { authorization: `Bearer ${key}` }),
    },
    body: new Uint8Array(body),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Announces a body, sends one byte of it, and stays. */
async function announce(service: ChildService): Promise<Socket> {
  const { hostname, port, host } = new URL(service.url);
  const socket = connect(Number(port), hostname);
  // It may be refused and cut off: that is what a service may do.
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect').catch(() => undefined);
  socket.write(`POST /chat HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n`);
  socket.write('Content-Length: 1000000\r\n\r\n{');
  return socket;
}

export const CONNECTION_KINDS: readonly ConnectionKind[] = [
  {
    name: 'compressed lists without a key, 50 at once',
    run: (service) =>
      Promise.all(Array.from({ length: 50 }, () => sendCompressed(service, nested(495_000), null))),
    isShort: true,
  },
  {
    name: 'compressed lists with a key, 300 at once',
    run: (service) =>
      Promise.all(Array.from({ length: 300 }, () => sendCompressed(service, nested(475_000), CHILD_KEY))),
  },
  {
    name: 'compressed text with a key, 300 at once',
    run: (service) => {
      const body = gzipSync(JSON.stringify({ query: 'a', padding: 'x'.repeat(950_000) }));
      return Promise.all(Array.from({ length: 300 }, () => sendCompressed(service, body, CHILD_KEY)));
    },
  },
  {
    name: '866 announced bodies without a key, and another caller',
    async run(service) {
      const sockets = await Promise.all(Array.from({ length: 866 }, () => announce(service)));
      const response = await service.post('/api/knowledge/search', { query: 'saga' });
      await response.arrayBuffer();
      for (const socket of sockets) socket.destroy();
      return [response.status];
    },
    isShort: true,
  },
];
