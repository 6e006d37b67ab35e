import type { OutgoingHttpHeaders } from 'node:http';
import { type Behaviour, script, type Step } from './model-server.exchange.js';
import { answerEvents } from './model-server.answers.js';
import {
  delta,
  done,
  end,
  event,
  finish,
  forEver,
  hangUp,
  head,
  headWithoutLength,
  raw,
  rawResponse,
  reset,
  role,
  silence,
} from './model-server.steps.js';

/** An HTTP error; `body` goes out as JSON, or as HTML when it is a string. */
export function status(
  code: number,
  body: object | string = '',
  headers: OutgoingHttpHeaders = {},
): Behaviour {
  const isText = typeof body === 'string';
  return ({ response }) => {
    response.writeHead(code, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
    response.end(isText ? body : JSON.stringify(body));
  };
}

export function redirect(location: string): Behaviour {
  return status(302, '', { location });
}

/** RST in place of a response. */
export function resetBeforeHeaders(): Behaviour {
  return reset();
}

/** FIN in place of a response: what a kept connection does that the server has closed. */
export function hangUpBeforeHeaders(): Behaviour {
  return hangUp();
}

/** What is no HTTP. */
export function garbage(): Behaviour {
  return script(rawResponse('\u0015\u0003\u0001 this is no HTTP\r\n\r\n'), hangUp());
}

export function hugeHeaders(bytes = 20_480): Behaviour {
  return ({ response }) => void response.writeHead(200, { 'x-huge': 'h'.repeat(bytes) }).end();
}

export function silenceBeforeHeaders(): Behaviour {
  return silence();
}

export function silenceAfterHeaders(): Behaviour {
  return script(head(), silence());
}

/** Begins an answer, then does `fault`. */
export function after(deltas: readonly string[], ...fault: readonly Step[]): Behaviour {
  return script(head(), role(), ...deltas.map((text) => delta(text)), ...fault);
}

/** RST: takes deltas with it that were not read yet. Where they must arrive: `hold(deltas, reset())`. */
export function resetAfter(deltas: readonly string[]): Behaviour {
  return after(deltas, reset());
}

/** FIN in the middle of a chunked body. */
export function hangUpAfter(deltas: readonly string[]): Behaviour {
  return after(deltas, hangUp());
}

/** FIN after a body without length: it looks like a clean end. */
export function hangUpWithoutLengthAfter(deltas: readonly string[]): Behaviour {
  return script(headWithoutLength(), role(), ...deltas.map((text) => delta(text)), hangUp());
}

/** A clean end of the body in the middle of the answer. */
export function endAfter(deltas: readonly string[]): Behaviour {
  return after(deltas, end());
}

export function silenceAfter(deltas: readonly string[]): Behaviour {
  return after(deltas, silence());
}

/** Comments without end, in place of the rest. */
export function commentsAfter(deltas: readonly string[]): Behaviour {
  return after(deltas, forEver(raw(': keep-alive\n\n')));
}

/** An error inside the stream, which then ends as if nothing were. */
export function errorFrameAfter(deltas: readonly string[], error: unknown): Behaviour {
  return after(deltas, event({ error, choices: [] }), done(), end());
}

/** The same as an event named `error`, with or without the usual wrapping. */
export function errorEventAfter(deltas: readonly string[], data: object): Behaviour {
  return after(deltas, raw(`event: error\ndata: ${JSON.stringify(data)}\n\n`), end());
}

export function invalidFrameAfter(deltas: readonly string[]): Behaviour {
  return after(deltas, event('{"choices": [{"delta":'), finish(), done(), end());
}

/** An event of so many bytes without a line end. */
export function hugeFrameAfter(deltas: readonly string[], bytes: number): Behaviour {
  const piece = 'x'.repeat(65_536);
  const pieces = Array.from({ length: Math.ceil(bytes / piece.length) }, () => raw(piece));
  return after(deltas, raw('data: {"'), ...pieces, silence());
}

/** The same delta until the client goes. */
export function endless(text = 'and so on, '): Behaviour {
  return script(head(), role(), forEver(delta(text)));
}

/** A right answer in what says that it is gzip and is not. */
export function badGzip(): Behaviour {
  return script(head({ 'content-encoding': 'gzip' }), ...answerEvents(['Hello']).map(raw), end());
}

/** A right answer, and more where nothing may follow. */
export function framesAfterDone(deltas: readonly string[]): Behaviour {
  const events = answerEvents(deltas);
  return script(
    head(),
    ...[...events, ...events].map(raw),
    raw('data: {"error": {"type": "late"}}\n\n'),
    end(),
  );
}
