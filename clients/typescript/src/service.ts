import { ConnectionError, ProblemError } from './chat-error.js';
import type { Problem } from './generated/types.js';
import { readRetryAfterMs } from './retry-after.js';

/** Where the service is, and as whom it is called. */
export interface ServiceOptions {
  /** The root of the service, such as `https://chat.example`; in a browser also relative to the page. */
  readonly baseUrl: string | URL;
  /** The key of the calling client, or what gets it: asked before each request. */
  readonly key: string | (() => string | Promise<string>);
  /** In place of the global one: for proxies, or to trace requests. */
  readonly fetch?: typeof globalThis.fetch;
}

/** A request, beside its method and path. */
export interface ServiceRequest {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A route: its method, and its path without a slash in front. */
export type Route = `${'GET' | 'POST'} ${string}`;

/** Sends requests to the service, with its key. */
export class Service {
  private readonly root: URL;
  private readonly options: ServiceOptions;

  /** @throws TypeError when `baseUrl` is no URL, or `key` has characters that no header takes */
  constructor(options: ServiceOptions) {
    this.options = options;
    if (typeof options.key === 'string') assertHeaders(authorizationOf(options.key));
    const page = (globalThis as { location?: { href: string } }).location?.href;
    this.root = new URL(options.baseUrl, page);
    // Without the slash, the last part of a prefix such as `/llm` would be replaced by the path.
    if (!this.root.pathname.endsWith('/')) this.root.pathname += '/';
  }

  /** @throws what `fetch` throws, when there is no answer at all */
  async send(route: Route, { body, headers, signal }: ServiceRequest): Promise<Response> {
    const [method, path] = route.split(' ') as [string, string];
    const { key, fetch = globalThis.fetch } = this.options;
    return fetch(new URL(path, this.root), {
      method,
      headers: {
        ...headers,
        ...authorizationOf(typeof key === 'string' ? key : await key()),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  }

  /**
   * The JSON that a request is answered with.
   * @throws ProblemError when it is refused, ConnectionError when there is no answer, the signal's reason when it is aborted
   */
  async getJson<T>(route: Route, request: ServiceRequest): Promise<T> {
    try {
      const response = await this.send(route, request);
      if (!response.ok) throw await toProblemError(response);
      return (await response.json()) as T;
    } catch (cause) {
      request.signal?.throwIfAborted();
      if (cause instanceof ProblemError) throw cause;
      throw new ConnectionError('There is no service, or no connection to it', undefined, { cause });
    }
  }
}

/**
 * Refuses at once what `fetch` would refuse each time, in the same words as when there is no network.
 * @throws TypeError
 */
export function assertHeaders(headers: Readonly<Record<string, string>>): void {
  void new Headers(headers);
}

function authorizationOf(key: string) {
  return { authorization: `Bearer ${key}` };
}

/** Why the service did not do what it was asked for. @throws what reading the body throws */
export async function toProblemError(response: Response): Promise<ProblemError> {
  const text = await response.text();
  const { status } = response;
  return new ProblemError({
    status,
    problem: parseProblem(text),
    retryAfterMs: readRetryAfterMs(response.headers),
  });
}

/** A proxy in front of the service answers with pages of its own. */
function parseProblem(text: string): Problem | undefined {
  try {
    const problem = JSON.parse(text) as Problem | null;
    return typeof problem?.code === 'string' ? problem : undefined;
  } catch {
    return undefined;
  }
}
