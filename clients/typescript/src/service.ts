import { ConnectionError, ProblemError } from './chat-error.js';
import type { Problem } from './generated/types.js';
import { readRetryAfterMs } from './retry-after.js';
import { unlessAborted } from './unless-aborted.js';

/** Where the service is, and as whom it is called. */
export interface ServiceOptions {
  /** The root of the service, such as `https://chat.example`; in a browser also relative to the page. */
  readonly baseUrl: string | URL;
  /** The key of the calling client, or what gets it: asked before each request. What it throws ends the call. */
  readonly key: string | (() => string | Promise<string>);
  /** In place of the global one: for proxies, or to trace requests. */
  readonly fetch?: typeof globalThis.fetch;
}

/** A request, beside its method and path. */
export interface ServiceRequest {
  /** JSON. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A route: its method, and its path without a slash in front. */
export type Route = `${'GET' | 'POST'} ${string}`;

/** There is no key to send a request with; `cause` is what getting it threw. */
export class KeyFailure extends Error {
  override readonly name = 'KeyFailure';

  constructor(cause: unknown) {
    super('There is no key', { cause });
  }
}

/** Sends requests to the service, with its key. */
export class Service {
  private readonly root: URL;
  private readonly options: ServiceOptions;

  /** @throws TypeError when `baseUrl` is no URL for `fetch`, or `key` has characters that no header takes */
  constructor(options: ServiceOptions) {
    this.options = options;
    if (typeof options.key === 'string') assertHeaders(authorizationOf(options.key));
    this.root = new URL(options.baseUrl, pageAddress());
    assertForFetch(this.root);
    // Without the slash, the last part of a prefix such as `/llm` would be replaced by the path.
    if (!this.root.pathname.endsWith('/')) this.root.pathname += '/';
  }

  /** @throws KeyFailure, or what `fetch` throws, when there is no answer at all */
  async send(route: Route, { body, headers, signal }: ServiceRequest): Promise<Response> {
    const [method, path] = route.split(' ') as [string, string];
    const { fetch = globalThis.fetch } = this.options;
    return fetch(new URL(path, this.root), {
      method,
      headers: {
        ...headers,
        ...(await this.authorize(signal)),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body }),
      ...(signal && { signal }),
    });
  }

  /**
   * The JSON that a request is answered with.
   * @throws ProblemError when it is refused, ConnectionError when there is no answer, the signal's reason when it is
   * aborted, what getting the key threw
   */
  async getJson<T>(route: Route, request: ServiceRequest): Promise<T> {
    try {
      const response = await this.send(route, request);
      if (!response.ok) throw await toProblemError(response);
      return (await response.json()) as T;
    } catch (cause) {
      request.signal?.throwIfAborted();
      if (cause instanceof ProblemError) throw cause;
      if (cause instanceof KeyFailure) throw cause.cause;
      throw new ConnectionError('There is no service, or no connection to it', undefined, { cause });
    }
  }

  private async authorize(signal?: AbortSignal): Promise<Record<string, string>> {
    const { key } = this.options;
    if (typeof key === 'string') return authorizationOf(key);
    signal?.throwIfAborted();
    const authorizing = authorizeBy(key);
    // The caller's key function may wait for ever, and does not know the signal.
    return signal ? unlessAborted(authorizing, signal) : authorizing;
  }
}

/** The address of the page, for what is relative to it; undefined outside of browsers. */
function pageAddress(): URL | undefined {
  const { location } = globalThis as { location?: { href: string } };
  if (!location) return undefined;
  const page = new URL(location.href);
  // What is relative would inherit them, and `fetch` takes no URL that has them.
  page.username = page.password = '';
  return page;
}

/**
 * Refuses at once what would look like a network that is down at each request.
 * @throws TypeError
 */
function assertForFetch({ protocol, username, password }: URL): void {
  // `localhost:3000` is a URL: of the scheme `localhost`.
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new TypeError('baseUrl has to begin with http:// or https://, as in http://localhost:3000');
  if (username !== '' || password !== '')
    throw new TypeError('baseUrl has a user or a password in it: leave them out, and give the key as `key`');
}

/**
 * Refuses at once what `fetch` would refuse each time, in the same words as when there is no network.
 * @throws TypeError
 */
export function assertHeaders(headers: Readonly<Record<string, string>>): void {
  void new Headers(headers);
}

/** @throws KeyFailure */
async function authorizeBy(getKey: () => string | Promise<string>): Promise<Record<string, string>> {
  try {
    const authorization = authorizationOf(await getKey());
    assertHeaders(authorization);
    return authorization;
  } catch (cause) {
    throw new KeyFailure(cause);
  }
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

/** A proxy in front of the service answers with pages of its own, or with JSON of its own. */
function parseProblem(text: string): Problem | undefined {
  try {
    const problem = JSON.parse(text) as Problem | null;
    return isProblem(problem) ? problem : undefined;
  } catch {
    return undefined;
  }
}

/** Many an error of another server has a `code`; whether to ask again would be undefined, and taken for no. */
function isProblem(problem: Partial<Problem> | null): problem is Problem {
  return (
    typeof problem?.code === 'string' &&
    typeof problem.detail === 'string' &&
    typeof problem.retryable === 'boolean'
  );
}
