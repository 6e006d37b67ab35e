import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import type { Behaviour, ChatRequestBody, Exchange, RecordedRequest } from './model-server.exchange.js';
import { status } from './model-server.faults.js';

/** How the server deals with a request that no test has planned. */
const UNPLANNED = status(500, {
  error: { message: 'The test has not planned this request', type: 'unplanned' },
});

/**
 * A model server for tests: real HTTP, OpenAI's chat completions protocol, and every fault that one can
 * have. A test says what it does with the requests to come (`next`, `always`), and waits for what happens
 * (`requestArrived`, `requestClosed`), never for a time. Behaviours are in `model-server.answers.ts` and
 * `model-server.faults.ts`, and can be composed of `model-server.steps.ts`.
 */
export class ModelServer {
  /** In the order in which they arrived. */
  readonly requests: RecordedRequest[] = [];
  /** The root to configure as a model's address. */
  readonly baseUrl: string;
  /** How many connections were made: fewer than requests when they were kept. */
  connectionCount = 0;
  private readonly planned: Behaviour[] = [];
  private fallback: Behaviour | undefined;
  /** Unplanned requests, and behaviours that failed: `stop` throws them. */
  private readonly faults: string[] = [];
  private readonly arrivals = new Moments<RecordedRequest>();
  private readonly closings = new Moments<RecordedRequest>();

  private constructor(private readonly server: Server) {
    this.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    server.on('request', (request, response) => void this.handle(request, response));
    server.on('connection', () => this.connectionCount++);
  }

  /** Starts on a free port of the loopback interface. */
  static async start(): Promise<ModelServer> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ModelServer(server);
  }

  /** A base URL at which no server listens. */
  static async unreachableUrl(): Promise<string> {
    const server = await ModelServer.start();
    await server.stop();
    return server.baseUrl;
  }

  /** Plans the next requests, one behaviour each, after those planned already. */
  next(...behaviours: readonly Behaviour[]): void {
    this.planned.push(...behaviours);
  }

  /** Plans all requests that `next` has not. */
  always(behaviour: Behaviour): void {
    this.fallback = behaviour;
  }

  /** The chat request number `index`, from 0, as soon as it has arrived completely. */
  requestArrived(index: number): Promise<RecordedRequest> {
    return this.arrivals.get(index).promise;
  }

  /** The same, as soon as its response has ended or its connection is gone: `isAborted` says which. */
  requestClosed(index: number): Promise<RecordedRequest> {
    return this.closings.get(index).promise;
  }

  /**
   * Closes everything.
   * @throws Error when there were requests that were not planned, or behaviours that failed
   */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
    if (this.faults.length > 0) throw new Error(`Model server: ${this.faults.join('; ')}`);
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const recorded = await record(request);
      if (request.url?.endsWith('/models')) return listModels(response);
      await this.answer(recorded, response);
    } catch (error) {
      // A client that leaves in the middle of its request is no fault of the test.
      if (request.complete) this.faults.push(String(error));
      request.socket.destroy();
    }
  }

  private async answer(request: RecordedRequest, response: ServerResponse): Promise<void> {
    const index = this.requests.push(request) - 1;
    const exchange = this.openExchange(request, response);
    void exchange.closed.then(() => {
      request.isAborted = !response.writableFinished && !exchange.isCutByServer;
      this.closings.get(index).resolve(request);
    });
    const isAsking =
      request.method === 'POST' && /\/(?:chat\/completions|embeddings)(?:\?|$)/.test(request.url);
    const behaviour = isAsking ? (this.planned.shift() ?? this.fallback) : undefined;
    if (!behaviour) this.faults.push(`${request.method} ${request.url} (number ${index}) was not planned`);
    this.arrivals.get(index).resolve(request);
    await (behaviour ?? UNPLANNED)(exchange);
  }

  private openExchange(request: RecordedRequest, response: ServerResponse): Exchange {
    const closed = new Promise<void>((resolve) => void response.once('close', resolve));
    // A node:http response has its socket until it ends.
    return { request, response, socket: response.socket as Socket, closed, isCutByServer: false };
  }
}

/** Things that happen once each, numbered from 0, and can be waited for before and after. */
class Moments<T> {
  private readonly moments: PromiseWithResolvers<T>[] = [];

  get(index: number): PromiseWithResolvers<T> {
    return (this.moments[index] ??= Promise.withResolvers<T>());
  }
}

async function record(request: IncomingMessage): Promise<RecordedRequest> {
  const text = await readText(request);
  const { method = '', url = '', headers } = request;
  return { method, url, headers, text, body: parse(text), isAborted: false };
}

function parse(text: string): ChatRequestBody | undefined {
  try {
    return JSON.parse(text) as ChatRequestBody;
  } catch {
    return undefined;
  }
}

function listModels(response: ServerResponse): void {
  const models = { object: 'list', data: [{ id: 'test-model', object: 'model' }] };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(models));
}
