import type { OutgoingHttpHeaders } from 'node:http';
import { createParamDecorator, type ExecutionContext, Logger } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { EMPTY, Observable } from 'rxjs';
import { escapeLineEnds, HAS_LINE_ENDS } from './line-ends.js';
import type { FrameStream, KEEP_ALIVE, SseFrame } from './sse.js';

/**
 * A reader that more bytes wait for has `CATCH_UP_MS` to come below it: a model, or a proxy before it, may give a
 * lot at once, which no network takes as fast. Then its connection is dropped: the turn goes on, and it can come
 * back for the rest.
 */
const MAX_UNSENT_BYTES = 768 * 1024;
const CATCH_UP_MS = 2_000;
/** Past it there is no waiting: so much is more than a process can hold for each of its readers. */
const MAX_BURST_BYTES = 4 * 1024 * 1024;

/**
 * How long after the frame of a failure the connection is cut: a reader by the web's streams loses what it has not taken when
 * the cut comes, and a reset drops what is still under way.
 */
const CUT_AFTER_MS = 500;

/** Without the charset Python's requests, RestTemplate and Apache HttpClient read Latin-1, and tear frames at the byte 0x85. */
export const SSE_CONTENT_TYPE = 'text/event-stream; charset=utf-8';

/** What a handler of a stream returns. */
export type SseStream = Observable<SseFrame>;

/** What Nest's `@Sse` pipes into the response, as far as it is needed here. */
interface NestSseStream {
  writeMessage(message: { readonly type?: string }, done: (error?: Error) => void): void;
  /** Sends the headers, once. */
  commitHeaders(): void;
}

interface RequestWithFrames extends Request {
  frames?: FrameWriter;
}

/**
 * Lets a route's frames be written as they are to be, in place of what Nest's `@Sse` makes of them:
 *
 * - without the blank line that it writes with the headers. fetch-event-source delivers it as an empty
 *   message, at which pages that parse every message send their question again, for ever;
 * - without the `id: 1`, `id: 2`, … before frames that have no id of their own. A strict client of
 *   the Conversation API takes each network chunk for one `data:` frame and loses the text of anything else;
 * - with the charset in the content type, which it leaves out;
 * - without comments, which it writes to find out whether a silent client is still there: another
 *   empty message. Heartbeats find that out;
 * - without its `Connection: keep-alive`, with which Node keeps a connection that the client asked to close: a client
 *   that waits for the close (PHP's `file_get_contents`) waits for the idle timeout (RFC 9112, 9.6).
 *
 * Nest opens the stream, ends it, and unsubscribes when the client leaves. Bound to the SSE routes, before they run;
 * JSON answers of the same routes pass unchanged.
 */
export function sseFraming(request: RequestWithFrames, response: Response, next: NextFunction): void {
  const frames = new FrameWriter(response);
  request.frames = frames;
  response.once('pipe', (source: unknown) => {
    if (isNestSseStream(source)) frames.take(source);
  });
  next();
}

/** What the route writes its frames with. */
export const Frames = createParamDecorator((_: unknown, context: ExecutionContext): FrameWriter => {
  const { frames } = context.switchToHttp().getRequest<RequestWithFrames>();
  if (!frames) throw new Error('sseFraming is not bound to this route');
  return frames;
});

function isNestSseStream(source: unknown): source is NestSseStream {
  return typeof source === 'object' && source !== null && 'writeMessage' in source;
}

/** The frame as it goes over the wire (WHATWG HTML, 9.2.5). `data` is JSON or has no line ends of any kind. */
export function toWire({ id, type, data }: SseFrame): string {
  const line = HAS_LINE_ENDS.test(data) ? escapeLineEnds(data) : data;
  const frame = id === undefined ? `data: ${line}\n\n` : `id: ${id}\ndata: ${line}\n\n`;
  return type === undefined ? frame : `event: ${type}\n${frame}`;
}

/** A response of which a route sets headers only. */
export type SettableHeaders = Pick<Response, 'setHeader'>;

/** The body of an answer that is one frame, for clients that read every answer as a stream. */
export function asOnlyFrame(answer: object, response: SettableHeaders): string {
  response.setHeader('Content-Type', SSE_CONTENT_TYPE);
  return toWire({ data: JSON.stringify(answer) });
}

/** Writes the frames of one response. */
export class FrameWriter {
  private readonly logger = new Logger(FrameWriter.name);
  private stream?: NestSseStream;
  /** Set while the reader is to catch up. */
  private catchingUp?: NodeJS.Timeout;

  constructor(private readonly response: Response) {}

  /** To be called when Nest has its stream ready. */
  take(stream: NestSseStream): void {
    this.stream = stream;
    const write = this.response.write.bind(this.response) as (...args: unknown[]) => boolean;
    this.response.write = (...args: unknown[]): boolean => args[0] === '\n' || write(...args);
    const writeHead = this.response.writeHead.bind(this.response) as (...args: unknown[]) => Response;
    this.response.writeHead = (status: number, headers?: unknown) => {
      // Nest ends a response whose reader left before the headers went: without any, and outside of every handler, where
      // an error ends the process.
      const { Connection: _, ...kept } = (headers ?? {}) as OutgoingHttpHeaders;
      return writeHead(status, status === 204 ? {} : { ...kept, 'Content-Type': SSE_CONTENT_TYPE });
    };
    stream.writeMessage = ({ type }, done) => {
      // Nest reports an error, which no stream of ours has: no client knows such a frame, but every one knows a cut.
      if (type !== undefined) this.response.destroy();
      done();
    };
  }

  /**
   * The Observable that an `@Sse` route returns: writes the frames of each event, and a heartbeat after a silence, and
   * hands on the end alone. On the way through Nest's own queue and stream a frame costs more than all the rest.
   */
  deliver<Event>(stream: FrameStream<Event>): Observable<SseFrame> {
    const { events$, encode, heartbeat, heartbeatMs } = stream;
    return new Observable((subscriber) => {
      let lastAt = performance.now();
      // One timer a stream, which looks at the time of the last frame: to set it again costs more than the frame.
      const beat = (): void => {
        const leftMs = lastAt + heartbeatMs - performance.now();
        timer = setTimeout(beat, leftMs > 0 ? leftMs : heartbeatMs);
        if (leftMs > 0) return;
        lastAt = performance.now();
        this.write(heartbeat);
      };
      let timer = setTimeout(beat, heartbeatMs);
      subscriber.add(() => clearTimeout(timer));
      subscriber.add(
        events$.subscribe({
          next: (event) => {
            try {
              const frames = encode(event);
              if (frames.length > 0) lastAt = performance.now();
              for (const frame of frames) this.write(frame);
            } catch (error) {
              // An error that is thrown at RxJS ends the process.
              subscriber.error(error);
            }
          },
          error: (error) => subscriber.error(error),
          complete: () => {
            clearTimeout(timer);
            if (stream.hasFailed?.()) this.cut();
            else subscriber.complete();
          },
        }),
      );
    });
  }

  /**
   * In place of frames: 204, at which an EventSource, and what is made after it, does not reconnect
   * (WHATWG HTML, 9.2.3).
   */
  nothing(): Observable<SseFrame> {
    this.response.status(204);
    return EMPTY;
  }

  /**
   * One chunk a frame (RFC 9112, 7.1), written in one piece: Node's own chunks are four pieces and a call of
   * the system that gathers them.
   */
  private write(frame: SseFrame | typeof KEEP_ALIVE): void {
    const { response } = this;
    if (!response.headersSent) this.stream?.commitHeaders();
    const { socket } = response;
    if (response.destroyed || response.writableEnded) return;
    const text = typeof frame === 'string' ? frame : toWire(frame);
    // Behind another answer of the same connection there is no socket yet; HTTP/1.0 knows no chunks.
    if (!socket || !response.chunkedEncoding || response.writableLength > socket.writableLength)
      response.write(text);
    else {
      const bytes = Buffer.byteLength(text);
      const encoding = bytes === text.length ? 'latin1' : 'utf8';
      socket.write(`${bytes.toString(16)}\r\n${text}\r\n`, encoding);
    }
    if (response.writableLength > MAX_UNSENT_BYTES) this.letCatchUp();
  }

  /**
   * Ends the connection and not the answer, which no client then takes for complete (RFC 9112, 8): many know no frame with
   * an error. All that was written is sent before.
   */
  private cut(): void {
    const { response } = this;
    const { socket } = response;
    if (!socket || response.destroyed) return void response.destroy();
    // Of HTTP/1.0 the answer ends with the connection: only a reset says that it is not complete.
    const cut = response.chunkedEncoding ? () => socket.destroy() : () => socket.resetAndDestroy();
    socket.write('', () => setTimeout(cut, CUT_AFTER_MS).unref());
  }

  private letCatchUp(): void {
    if (this.response.writableLength > MAX_BURST_BYTES) this.drop();
    else this.catchingUp ??= setTimeout(() => this.dropUnlessCaughtUp(), CATCH_UP_MS).unref();
  }

  private dropUnlessCaughtUp(): void {
    this.catchingUp = undefined;
    if (this.response.writableLength > MAX_UNSENT_BYTES) this.drop();
  }

  private drop(): void {
    const { response } = this;
    if (response.destroyed) return;
    this.logger.warn(`A reader does not read: ${response.writableLength} bytes wait for it. It is dropped`);
    response.destroy();
  }
}
