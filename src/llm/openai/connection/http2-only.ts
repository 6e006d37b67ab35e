import type { Dispatcher } from 'undici';

type Controller = Dispatcher.DispatchController;
type Handler = Dispatcher.DispatchHandler;
/** undici's Agent reads it of a request, and its types leave it out. */
type Options = Dispatcher.DispatchOptions & { readonly allowH2?: boolean };

/** The TLS alert of a server that speaks no version of HTTP that was offered. */
const NO_COMMON_PROTOCOL = /ALERT_NO_APPLICATION_PROTOCOL/;

/**
 * Asks over HTTP/1.1, one connection an answer, and over HTTP/2 only servers that speak nothing else: there, answers share
 * a connection, and a fault of it ends all of them. A server is asked again over HTTP/2 when it ends the TLS handshake
 * for want of a common protocol, before any request was sent.
 */
export function http2WhereNeeded(): Dispatcher.DispatcherComposeInterceptor {
  /** By origin: whether it speaks HTTP/2 only. */
  const known = new Map<string, boolean>();
  return (dispatch) => (options, handler) => {
    const origin = String(options.origin);
    const overHttp1: Options = { ...options, allowH2: false };
    if (!origin.startsWith('https:')) return dispatch(options, handler);
    const isHttp2Only = known.get(origin);
    if (isHttp2Only !== undefined) return dispatch(isHttp2Only ? options : overHttp1, handler);
    const first = new FirstRequest(handler, {
      onResponse: () => known.set(origin, false),
      askOverHttp2: () => {
        known.set(origin, true);
        dispatch(options, handler);
      },
    });
    return dispatch(overHttp1, first);
  };
}

interface FirstRequestOptions {
  readonly onResponse: () => void;
  readonly askOverHttp2: () => void;
}

/** The handler of a request to a server that has not answered yet. */
class FirstRequest implements Handler {
  constructor(
    private readonly handler: Handler,
    private readonly options: FirstRequestOptions,
  ) {}

  onRequestStart(controller: Controller, context: unknown): void {
    this.handler.onRequestStart?.(controller, context);
  }

  onResponseStart(...response: Parameters<NonNullable<Handler['onResponseStart']>>): void {
    this.options.onResponse();
    this.handler.onResponseStart?.(...response);
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    this.handler.onResponseData?.(controller, chunk);
  }

  onResponseEnd(...end: Parameters<NonNullable<Handler['onResponseEnd']>>): void {
    this.handler.onResponseEnd?.(...end);
  }

  onResponseError(controller: Controller, error: Error): void {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (NO_COMMON_PROTOCOL.test(code)) this.options.askOverHttp2();
    else this.handler.onResponseError?.(controller, error);
  }
}
