import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as it was on the wire. */
export interface Recorded {
  readonly method: string;
  /** With its query string. */
  readonly url: string;
  /** Parsed; undefined when there was none. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** Stands before the service, passes everything on as it comes, and keeps what clients sent. */
export class Recorder {
  readonly requests: Recorded[] = [];
  readonly url: string;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (incoming, response) => void this.pass(incoming, response));
  }

  /** @param target the root of the service */
  static async start(target: string): Promise<Recorder> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Recorder(server, new URL(target));
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    const body = await text(incoming);
    this.requests.push({
      method,
      url,
      body: body === '' ? undefined : (JSON.parse(body) as object as Recorded['body']),
    });
    const { hostname, port } = this.target;
    const asked = request({ hostname, port, method, path: url, headers });
    response.once('close', () => asked.destroy());
    asked.once('error', () => response.destroy());
    asked.once('response', (answered) => {
      // At once, as the service sends them: a stream's head comes long before its first text.
      response.writeHead(answered.statusCode ?? 502, answered.headers).flushHeaders();
      answered.pipe(response);
    });
    asked.end(body);
  }
}
