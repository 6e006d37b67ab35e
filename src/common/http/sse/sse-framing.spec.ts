import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Response } from 'express';
import { NEVER, type Observable, of, Subject } from 'rxjs';
import { FrameWriter, toWire } from './sse-framing.js';
import type { FrameStream, SseFrame } from './sse.js';

describe('toWire', () => {
  it.each([
    ['a frame without an id', { data: '{"text":"a"}' }, 'data: {"text":"a"}\n\n'],
    ['a frame with an id', { id: '0193-7a:1', data: 'x' }, 'id: 0193-7a:1\ndata: x\n\n'],
    ['a named frame', { type: 'ping', id: 'a:1', data: 'x' }, 'event: ping\nid: a:1\ndata: x\n\n'],
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

/** A stream whose events are its frames. */
const streamOf = (events$: Observable<SseFrame>): FrameStream<SseFrame> => ({
  events$,
  encode: (frame) => [frame],
  heartbeat: { data: 'beat' },
  heartbeatMs: 10_000,
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
      const delivery = new FrameWriter(response).deliver(streamOf(frames$)).subscribe();
      response.once('close', () => delivery.unsubscribe());
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

/** Real: HTTP over sockets. */
describe('A stream that has failed', () => {
  let server: Server;
  let frames$: Subject<SseFrame>;
  let socket: Socket;
  let received: string;
  let end: 'FIN' | 'RST' | undefined;

  beforeEach(async () => {
    frames$ = new Subject();
    received = '';
    end = undefined;
    server = createServer((_request, created) => {
      const stream = { ...streamOf(frames$), hasFailed: () => true };
      const delivery = new FrameWriter(created as Response).deliver(stream).subscribe();
      created.once('close', () => delivery.unsubscribe());
      created.flushHeaders();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    socket.destroy();
    server.close();
  });

  async function ask(version: string): Promise<void> {
    socket = connect({ port: (server.address() as AddressInfo).port, allowHalfOpen: true });
    socket.on('data', (bytes: Buffer) => (received += bytes.toString()));
    socket.once('end', () => (end = 'FIN')).once('error', () => (end = 'RST'));
    socket.write(`GET / HTTP/${version}\r\nhost: a\r\n\r\n`);
    while (!received.includes('\r\n\r\n')) await once(socket, 'data');
  }

  const untilEnd = async () => {
    while (end === undefined) await new Promise(setImmediate);
  };

  it('is cut behind its last frame, without the chunk that would end the answer', async () => {
    await ask('1.1');
    frames$.next({ data: 'failure' });
    frames$.complete();
    await untilEnd();
    expect(received).toMatch(/\r\ndata: failure\n\n\r\n$/);
    expect(end).toBe('FIN');
  });

  it('is cut when a slow reader has all of it', async () => {
    await ask('1.1');
    const { length } = received;
    socket.pause();
    const big = 'x'.repeat(700 * 1_024);
    frames$.next({ data: big });
    frames$.next({ data: 'failure' });
    frames$.complete();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([received.length, end]).toEqual([length, undefined]);
    socket.resume();
    await untilEnd();
    expect(received.length).toBeGreaterThan(big.length);
    expect(received).toMatch(/\r\ndata: failure\n\n\r\n$/);
  });

  it('is reset behind its last frame where an answer ends with its connection', async () => {
    await ask('1.0');
    frames$.next({ data: 'failure' });
    frames$.complete();
    await untilEnd();
    expect(received).toMatch(/\r\n\r\ndata: failure\n\n$/);
    expect(end).toBe('RST');
  });

  it('leaves no connection and no subscription open', async () => {
    await ask('1.1');
    frames$.complete();
    await untilEnd();
    socket.end();
    while (frames$.observed) await new Promise(setImmediate);
    await new Promise((resolve) => server.close(resolve));
  });
});

/** The response is a stand-in that notes the frames. */
describe('A stream of frames', () => {
  let written: string[];
  let writer: FrameWriter;

  beforeEach(() => {
    jest.useFakeTimers();
    written = [];
    const write = (frame: string) => written.push(frame.replace(/^data: |\n\n$/g, ''));
    writer = new FrameWriter({ headersSent: true, socket: null, writableLength: 0, write } as never);
  });
  afterEach(() => jest.useRealTimers());

  it('has the frames of each event, in order, and ends with the events', () => {
    const encode = (text: string) => [...text].map((data) => ({ data }));
    let isComplete = false;
    const frames$ = writer.deliver({ ...streamOf(NEVER), events$: of('ab', '', 'c'), encode });
    frames$.subscribe({ complete: () => (isComplete = true) });
    expect([...written, isComplete]).toEqual(['a', 'b', 'c', true]);
  });

  it('has a heartbeat after each silence, counted from the start and from the last frame', () => {
    const events$ = new Subject<SseFrame>();
    const reading = writer.deliver({ ...streamOf(events$), heartbeatMs: 10 }).subscribe();
    jest.advanceTimersByTime(10);
    expect(written).toEqual(['beat']);
    jest.advanceTimersByTime(6);
    events$.next({ data: 'a' });
    jest.advanceTimersByTime(9);
    expect(written).toEqual(['beat', 'a']);
    jest.advanceTimersByTime(1);
    expect(written).toEqual(['beat', 'a', 'beat']);
    reading.unsubscribe();
  });

  it('counts an event without frames as silence', () => {
    const events$ = new Subject<SseFrame>();
    writer.deliver({ ...streamOf(events$), encode: () => [], heartbeatMs: 10 }).subscribe();
    jest.advanceTimersByTime(9);
    events$.next({ data: 'a' });
    jest.advanceTimersByTime(1);
    expect(written).toEqual(['beat']);
  });

  it('leaves no timer behind when the events end, at once or later, or the reader leaves', () => {
    writer.deliver(streamOf(of({ data: 'a' }))).subscribe();
    const ended$ = new Subject<SseFrame>();
    writer.deliver(streamOf(ended$)).subscribe();
    ended$.complete();
    const left$ = new Subject<SseFrame>();
    writer.deliver(streamOf(left$)).subscribe().unsubscribe();
    expect(jest.getTimerCount()).toBe(0);
    expect(left$.observed).toBe(false);
  });

  it('hands on an error of the events, and one of the encoder', () => {
    const errors: unknown[] = [];
    const note = { error: (error: Error) => errors.push(error.message) };
    const events$ = new Subject<SseFrame>();
    writer.deliver(streamOf(events$)).subscribe(note);
    const encode = () => {
      throw new Error('encoder');
    };
    writer.deliver({ ...streamOf(events$), encode }).subscribe(note);
    events$.next({ data: 'a' });
    events$.error(new Error('events'));
    expect(errors).toEqual(['encoder', 'events']);
    expect(jest.getTimerCount()).toBe(0);
  });
});
