import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What the server was asked, kept for the test to look at. */
export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** As it came. */
  readonly text: string;
  /** Parsed; undefined when it is not JSON. */
  readonly body: ChatRequestBody | undefined;
  /** Whether the client cut the connection before the answer had ended. */
  isAborted: boolean;
}

export interface ChatRequestBody {
  readonly model?: string;
  readonly messages?: readonly RequestedMessage[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly temperature?: number;
  readonly max_tokens?: number;
  readonly continue_final_message?: boolean;
  readonly add_generation_prompt?: boolean;
}

export interface RequestedMessage {
  readonly role: string;
  readonly content: string;
  readonly prefix?: boolean;
}

/** A request and the means to answer it, or to do worse. */
export interface Exchange {
  readonly request: RecordedRequest;
  readonly response: ServerResponse;
  readonly socket: Socket;
  /** The connection is gone, by whosever will. */
  readonly closed: Promise<void>;
  /** Set by a step that cuts the connection itself, so that it is not taken for the client's doing. */
  isCutByServer: boolean;
}

/** One thing that the server does to an exchange. */
export type Step = (exchange: Exchange) => void | Promise<void>;

/** What the server does with one request. */
export type Behaviour = Step;

/** Runs `steps` one after another; when the connection is gone, the rest is left out. */
export function script(...steps: readonly Step[]): Behaviour {
  return async (exchange) => {
    for (const step of steps) {
      if (exchange.socket.destroyed) return;
      await Promise.race([step(exchange), exchange.closed]);
    }
  };
}

/** A place in a script where it waits until the test opens it. */
export interface Gate {
  readonly wait: Step;
  open(): void;
}

export function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { wait: () => promise, open: resolve };
}
