import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Step } from './model-server.exchange.js';
import { chunk, encodeEvent, type ReportedUsage, usageChunk, type WireStyle } from './model-server.frames.js';

/** The head of a streamed answer; sent at once. */
export function head(headers: Readonly<Record<string, string>> = {}): Step {
  return ({ response }) => {
    response
      .writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...headers })
      .flushHeaders();
  };
}

/** A head without length or chunks: the body ends where the connection ends. */
export function headWithoutLength(): Step {
  return (exchange) => {
    exchange.response.useChunkedEncodingByDefault = false;
    return head({ connection: 'close' })(exchange);
  };
}

/** Bytes of the body, as they are. */
export function raw(bytes: string | Buffer): Step {
  return ({ response }) => void response.write(bytes);
}

/** The body in pieces of `size` bytes, each in an HTTP chunk and, mostly, a packet of its own. */
export function rawInPieces(bytes: Buffer, size: number): Step {
  return async ({ response }) => {
    for (let at = 0; at < bytes.length; at += size) {
      response.write(bytes.subarray(at, at + size));
      await nextTurn();
    }
  };
}

export function event(payload: object | string, style?: WireStyle): Step {
  return raw(encodeEvent(payload, style));
}

export function role(style?: WireStyle): Step {
  return event(chunk({ role: 'assistant', content: '' }), style);
}

export function delta(text: string, style?: WireStyle): Step {
  return event(chunk({ content: text }), style);
}

/** A piece of reasoning. */
export function think(text: string): Step {
  return event(chunk({ reasoning_content: text }));
}

export function finish(reason = 'stop', style?: WireStyle): Step {
  return event(chunk({}, reason), style);
}

export function usage(counts: ReportedUsage, style?: WireStyle): Step {
  return event(usageChunk(counts), style);
}

export function done(style?: WireStyle): Step {
  return event('[DONE]', style);
}

/** The regular end of the body. */
export function end(): Step {
  return ({ response }) => void response.end();
}

/** RST: whatever has not been read by then is lost. */
export function reset(): Step {
  return (exchange) => {
    exchange.isCutByServer = true;
    exchange.socket.resetAndDestroy();
  };
}

/** FIN, after everything written: the connection ends, whatever the head promised. */
export function hangUp(): Step {
  return (exchange) => {
    exchange.isCutByServer = true;
    exchange.socket.end();
  };
}

/** Bytes on the connection in place of a response. */
export function rawResponse(bytes: string | Buffer): Step {
  return ({ socket }) => void socket.write(bytes);
}

/** Nothing more, until the client goes. */
export function silence(): Step {
  return ({ closed }) => closed;
}

/** `step` again and again, until the client goes. */
export function forEver(step: Step): Step {
  return async (exchange) => {
    while (!exchange.socket.destroyed) {
      await step(exchange);
      if (exchange.response.writableNeedDrain)
        await Promise.race([drained(exchange.response), exchange.closed]);
      await nextTurn();
    }
  };
}

function drained(response: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => void response.once('drain', resolve));
}
