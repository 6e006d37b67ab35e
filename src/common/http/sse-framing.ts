import type { NextFunction, Request, Response } from 'express';
import type { SseFrame } from './sse.js';

/**
 * Bytes of a connection that may be on their way out of the process before it counts as one that does not read. Node's
 * own mark, 16 KiB, is passed by every answer that is told at once.
 */
const MAX_UNSENT_BYTES = 128 * 1024;

/** What Nest's `@Sse` pipes into the response, as far as it is needed here. */
interface NestSseStream {
  writableNeedDrain: boolean;
  writeMessage(message: Partial<SseFrame>, done: (error?: Error) => void): void;
  /** Sends the headers, once. */
  commitHeaders(): void;
}

/**
 * Writes the frames of a stream as they are to be, in place of what Nest's `@Sse` makes of them:
 *
 * - without the blank line that it writes with the headers. fetch-event-source delivers it as an empty
 *   message, at which pages that parse every message send their question again, for ever;
 * - without the `id: 1`, `id: 2`, … before frames that have no id of their own. A strict client of
 *   variant A takes each network chunk for one `data:` frame and loses the text of anything else;
 * - without comments, which it writes to find out whether a silent client is still there: another
 *   empty message. Heartbeats find that out.
 *
 * Frames go to the response directly: on the way through a stream of Nest's own, each costs more than
 * everything else that is done for it. Bound to the SSE routes, before they run; JSON answers of the same
 * routes pass unchanged.
 */
export function sseFraming(_request: Request, response: Response, next: NextFunction): void {
  response.once('pipe', (source: unknown) => {
    if (isNestSseStream(source)) new FrameWriter(response).take(source);
  });
  next();
}

function isNestSseStream(source: unknown): source is NestSseStream {
  return typeof source === 'object' && source !== null && 'writeMessage' in source;
}

/** The frame as it goes over the wire (WHATWG HTML, 9.2.5). `data` has no line ends. */
export function toWire({ id, data }: SseFrame): string {
  return id === undefined ? `data: ${data}\n\n` : `id: ${id}\ndata: ${data}\n\n`;
}

class FrameWriter {
  private needsDrain = false;

  constructor(private readonly response: Response) {}

  take(stream: NestSseStream): void {
    const write = this.response.write.bind(this.response) as (...args: unknown[]) => boolean;
    this.response.write = (...args: unknown[]): boolean => args[0] === '\n' || write(...args);
    // By this Nest knows a client that does not read, whose frames wait until they are too many.
    Object.defineProperty(stream, 'writableNeedDrain', { get: () => this.needsDrain });
    stream.writeMessage = (message, done) => {
      stream.commitHeaders();
      this.writeMessage(message, done);
    };
  }

  private writeMessage({ data, id, type }: Partial<SseFrame>, done: (error?: Error) => void): void {
    if (type !== undefined) {
      // Nest reports an error, which no stream of ours has: no client knows such a frame, but every one knows a cut.
      this.response.destroy();
    } else if (data !== undefined && !this.write(toWire({ data, id }))) {
      this.needsDrain = true;
      (this.response.socket ?? this.response).once('drain', () => {
        this.needsDrain = false;
        done();
      });
      return;
    }
    done();
  }

  /**
   * One chunk a frame (RFC 9112, 7.1), written in one piece: Node's own chunks are four pieces and a call of
   * the system that gathers them.
   */
  private write(frame: string): boolean {
    const { response } = this;
    const { socket } = response;
    // Behind another answer of the same connection there is no socket yet; HTTP/1.0 knows no chunks.
    if (!socket || !response.chunkedEncoding || response.writableLength > socket.writableLength)
      return response.write(frame);
    const bytes = Buffer.byteLength(frame);
    const encoding = bytes === frame.length ? 'latin1' : 'utf8';
    return (
      socket.write(`${bytes.toString(16)}\r\n${frame}\r\n`, encoding) ||
      socket.writableLength < MAX_UNSENT_BYTES
    );
  }
}
