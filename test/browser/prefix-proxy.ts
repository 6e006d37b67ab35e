import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that takes a prefix off, and says nothing of it, as nginx does with `proxy_pass http://service/;`. */
export class PrefixProxy {
  private constructor(
    private readonly server: Server,
    private readonly prefix: string,
  ) {}

  /** The service's root, as a browser has it. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${this.prefix}`;
  }

  /** @param prefix without a slash at its end; what does not begin with it is 404 */
  static async start(serviceUrl: string, prefix: string): Promise<PrefixProxy> {
    const server = createServer((asked, answered) => {
      const path = asked.url ?? '';
      if (!path.startsWith(`${prefix}/`)) {
        answered.writeHead(404).end();
        return;
      }
      const { method, headers } = asked;
      const sent = request(serviceUrl + path.slice(prefix.length), { method, headers }, (response) => {
        answered.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answered);
      });
      sent.once('error', () => answered.destroy());
      asked.pipe(sent);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PrefixProxy(server, prefix);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
