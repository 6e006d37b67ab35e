import { setTimeout as pause } from 'node:timers/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { type Behaviour, type ChatRequestBody, script, type Step } from './model-server.exchange.js';
import { status } from './model-server.faults.js';
import { end, head, raw, reset } from './model-server.steps.js';

/** Bytes that the server writes at once, a pause in milliseconds, or an RST. */
export type PlayStep = string | number | { readonly destroy: true };

/** A response that is no stream. */
export interface PlayedResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the server is asked. */
export interface PlayRequest {
  readonly json: ChatRequestBody & Readonly<Record<string, unknown>>;
  readonly headers: IncomingHttpHeaders;
  /** Which request of the play it is, from 1. */
  readonly nth: number;
  /** Milliseconds since the first request of the play, multiplied back by the time scale. */
  readonly sinceFirstMs: number;
}

/** How a model server behaves that somebody met in the field: byte by byte, and with its pauses. */
export type Play = (request: PlayRequest) => readonly PlayStep[] | PlayedResponse;

/**
 * The server of a play, for `ModelServer.always`. Made for one trial: it counts its requests.
 * @param timeScale what its pauses are multiplied by; a test also scales the timeouts of the service by it
 */
export function playing(play: Play, timeScale = 1): Behaviour {
  let nth = 0;
  let firstAt: number | undefined;
  return (exchange) => {
    const { headers, body = {} } = exchange.request;
    firstAt ??= performance.now();
    const sinceFirstMs = (performance.now() - firstAt) / timeScale;
    const played = play({ json: body as PlayRequest['json'], headers, nth: ++nth, sinceFirstMs });
    if ('status' in played)
      return status(played.status, JSON.parse(played.body) as object, played.headers)(exchange);
    return script(head(), ...played.map((step) => toStep(step, timeScale)), end())(exchange);
  };
}

function toStep(step: PlayStep, timeScale: number): Step {
  if (typeof step === 'string') return raw(step);
  return typeof step === 'number' ? () => pause(step * timeScale) : reset();
}
