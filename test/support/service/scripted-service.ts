import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';

/** A request as it came. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Answering = (response: ServerResponse) => void;

/** An HTTP server that answers requests one after another as scripted, and the last way from then on. */
export class ScriptedService {
  readonly requests: ReceivedRequest[] = [];
  /** How many connections were made: fewer than requests when they were kept. */
  connectionCount = 0;
  readonly url: string;

  private constructor(
    private readonly server: Server,
    private readonly answers: readonly Answering[],
  ) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(...answers: readonly Answering[]): Promise<ScriptedService> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const service = new ScriptedService(server, answers);
    server.on('connection', () => service.connectionCount++);
    server.on('request', (request, response) => {
      const { method = '', url = '', headers } = request;
      void readText(request).then((body) => {
        const index = service.requests.push({ method, url, headers, body }) - 1;
        service.answers[Math.min(index, answers.length - 1)]!(response);
      });
    });
    return service;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

export function status(code: number, body: object | string, headers: Record<string, string> = {}): Answering {
  const isText = typeof body === 'string';
  return (response) => {
    const type = isText ? 'text/html' : 'application/problem+json';
    response.writeHead(code, { 'content-type': type, ...headers }).end(isText ? body : JSON.stringify(body));
  };
}

/** A stream of these bytes, which then ends as if it were complete. */
export function stream(...frames: readonly string[]): Answering {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(frames.join(''));
  };
}

/** The same, but it goes on without anything more. */
export function streamThenSilence(...frames: readonly string[]): Answering {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(frames.join('') || ':\n\n');
  };
}
