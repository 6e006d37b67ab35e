import { connect, type Socket } from 'node:net';

export interface SocketRequest {
  readonly method?: string;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** As in the request line; absent: 1.1. */
  readonly version?: '1.0' | '1.1';
}

/** How a connection ended: with FIN or with RST. */
export type SocketEnd = 'ended' | 'reset';

/** A request over a bare socket: a test sees each byte of the response, and how the connection ends. */
export class OpenSocket {
  /** What has come so far. */
  received = '';
  /** Resolves when the connection has ended, by either side. */
  readonly over: Promise<SocketEnd>;
  private readonly waiting = new Set<() => void>();

  private constructor(private readonly socket: Socket) {
    this.over = new Promise((resolve) => {
      let end: SocketEnd = 'ended';
      socket.once('error', () => (end = 'reset')).once('close', () => resolve(end));
    });
    void this.over.then(() => this.look());
    socket.on('data', (bytes: Buffer) => {
      this.received += bytes.toString();
      this.look();
    });
  }

  /** Sends JSON with a key. */
  static send(url: string, key: string, request: SocketRequest): OpenSocket {
    const { hostname, port } = new URL(url);
    const { method = 'POST', path, body, headers = {}, version = '1.1' } = request;
    const payload = body ? JSON.stringify(body) : '';
    const lines = [
      `${method} ${path} HTTP/${version}`,
      `host: ${hostname}:${port}`,
      `authorization: Bearer ${key}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(payload)}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    const socket = connect(Number(port), hostname);
    socket.write(`${lines.join('\r\n')}\r\n\r\n${payload}`);
    return new OpenSocket(socket);
  }

  /** All that has come, as soon as `text` is in it. @throws Error when the connection ends before */
  async until(text: string): Promise<string> {
    while (!this.received.includes(text)) {
      if (this.socket.closed) throw new Error(`The connection ended without ${text}: ${this.received}`);
      await this.next();
    }
    return this.received;
  }

  /** Resolves when something more has come, or the connection has ended. */
  next(): Promise<void> {
    return new Promise((resolve) => this.waiting.add(resolve));
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Closes the connection, as a client does that wants no more. */
  async close(): Promise<void> {
    this.socket.destroy();
    await this.over;
  }

  private look(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}
