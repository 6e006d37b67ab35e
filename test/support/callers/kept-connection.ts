import { Agent, type IncomingMessage, request } from 'node:http';
import { text as readText } from 'node:stream/consumers';

export interface KeptRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is, with its length. */
  readonly body?: string | Buffer;
}

export interface KeptResponse {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** Whether it came over the connection that the request before had used. */
  readonly isReused: boolean;
}

/** A connection that is kept: what a request leaves of it for the next one can be seen. */
export class KeptConnection {
  private readonly agent: Agent;

  /**
   * @param url the root of the service
   * @param maxSockets connections for requests that are sent at once; 1: they wait for each other
   */
  constructor(
    private readonly url: string,
    maxSockets = 1,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets });
  }

  async send({ method, path, headers = {}, body }: KeptRequest): Promise<KeptResponse> {
    const { hostname, port } = new URL(this.url);
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request({
      agent: this.agent,
      hostname,
      port,
      method,
      path,
      headers: { ...length, ...headers },
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve);
      sent.once('error', reject);
    });
    sent.end(body);
    const response = await answered;
    return {
      status: response.statusCode!,
      headers: response.headers,
      text: await readText(response),
      isReused: sent.reusedSocket,
    };
  }

  close(): void {
    this.agent.destroy();
  }
}
