import type { NestExpressApplication } from '@nestjs/platform-express';
import { ClientService } from '../../../src/auth/client.service.js';
import { TurnRegistry } from '../../../src/chat/answering/turn-registry.js';
import type { AppConfig } from '../../../src/config/app-config.js';
import { parseEnvironment, type Environment } from '../../../src/config/environment.js';
import { conforming } from '../requests/conformity.js';
import { createTestDatabase, type TestDatabase } from '../database/database.js';
import { listen } from './listening-app.js';
import { TEST_TIMES } from './test-times.js';

/** The complete service in this process: real modules, a real database, a real port. */
export interface TestService {
  readonly url: string;
  readonly app: NestExpressApplication;
  readonly config: AppConfig;
  readonly database: TestDatabase;
  /** A key of the client that `startService` made. */
  readonly key: string;
  /** A further client, and its key. */
  addClient(name: string): Promise<string>;
  /**
   * Sends JSON with the client's key, or with another one, or (null) with none. An answer that is not as `openapi.json`
   * says cannot be read.
   */
  request(method: string, path: string, options?: RequestOptions): Promise<Response>;
  post(path: string, body: unknown, options?: RequestOptions): Promise<Response>;
  /** The ids of the turns that this service answers at present. */
  runningTurns(): string[];
  stop(): Promise<void>;
}

export interface RequestOptions {
  readonly body?: unknown;
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface ServiceOptions {
  /** As in the real environment; the database and the port are set by the harness. */
  readonly environment?: Environment;
  /** A database to use and to keep; absent: a fresh database that goes with the service. */
  readonly database?: TestDatabase;
}

/** Starts the service on a fresh database, with timeouts that tests can live with. */
export async function startService(options: ServiceOptions = {}): Promise<TestService> {
  const database = options.database ?? (await createTestDatabase());
  const parsed = parseEnvironment({ ...TEST_TIMES, ...options.environment });
  const config: AppConfig = { ...parsed, database: database.config, http: { ...parsed.http, port: 0 } };
  const { app, url } = await listen(config);
  const clients = app.get(ClientService);
  const { key } = await clients.addKey('test');

  const request = async (
    method: string,
    path: string,
    { body, key: other, headers, signal }: RequestOptions = {},
  ) => {
    const response = await fetch(url + path, {
      method,
      signal,
      headers: {
        ...(other !== null && { authorization: `Bearer ${other ?? key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const { status } = response;
    return conforming({ method, path, status, contentType: response.headers.get('content-type') }, response);
  };

  return {
    url,
    app,
    config,
    database,
    key,
    addClient: async (name) => (await clients.addKey(name)).key,
    request,
    post: (path, body, rest) => request('POST', path, { ...rest, body }),
    runningTurns: () =>
      app
        .get(TurnRegistry)
        .list()
        .map(({ id }) => id),
    stop: async () => {
      app.getHttpServer().closeAllConnections();
      await app.close();
      if (!options.database) await database.drop();
    },
  };
}
