import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import type { Response } from 'express';
import { Subject } from 'rxjs';
import { FrameWriter, toWire } from './sse-framing.js';
import type { SseFrame } from './sse.js';

describe('toWire', () => {
  it.each([
    ['a frame without an id', { data: '{"text":"a"}' }, 'data: {"text":"a"}\n\n'],
    ['a frame with an id', { id: '0193-7a:1', data: 'x' }, 'id: 0193-7a:1\ndata: x\n\n'],
    ['data that looks like an id', { data: 'id: 4' }, 'data: id: 4\n\n'],
    ['an empty frame', { data: '' }, 'data: \n\n'],
    [
      'what readers by lines of Unicode take for line ends',
      { data: '{"text":"a\u2028b\u2029c\u0085"}' },
      'data: {"text":"a\\u2028b\\u2029c\\u0085"}\n\n',
    ],
  ])('%s', (_name, frame, wire) => {
    expect(toWire(frame)).toBe(wire);
  });
});

/** Real: HTTP between two sockets, whose buffers are as large as the system makes them. */
describe('FrameWriter', () => {
  const KIB = 'x'.repeat(1_024);
  let server: Server;
  let frames$: Subject<SseFrame>;
  let response: Response;
  let reader: IncomingMessage;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    frames$ = new Subject();
    server = createServer((_request, created) => {
      response = created as Response;
      new FrameWriter(response).deliver(frames$).subscribe();
      response.flushHeaders();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const request = get({ port: (server.address() as AddressInfo).port, agent: false });
    [reader] = (await once(request, 'response')) as [IncomingMessage];
  });
  afterEach(() => {
    Logger.overrideLogger(['error', 'warn', 'log']);
    reader.destroy();
    server.close();
  });

  /** Emits, a KiB at a time, until so many bytes wait for the reader that the network did not take. */
  async function emitUntilWaiting(bytes: number): Promise<number> {
    let count = 0;
    for (; response.writableLength < bytes; count++) {
      frames$.next({ data: KIB });
      if (count % 64 === 0) await new Promise(setImmediate);
    }
    return count;
  }

  it('gives a reader that a burst was too much for all of it', async () => {
    const count = await emitUntilWaiting(1_024 * 1_024);
    let received = 0;
    reader.on('data', (chunk: Buffer) => (received += chunk.length));
    while (received < count * toWire({ data: KIB }).length) await once(reader, 'data');
    expect(response.destroyed).toBe(false);
  });

  it('drops a reader that does not catch up', async () => {
    await emitUntilWaiting(1_024 * 1_024);
    await once(response, 'close');
  });

  it('drops a reader at once that more waits for than a process can hold', async () => {
    const count = await emitUntilWaiting(4 * 1_024 * 1_024);
    frames$.next({ data: KIB });
    expect(count).toBeGreaterThan(4_000);
    expect(response.destroyed).toBe(true);
  });
});
