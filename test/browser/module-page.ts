import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const MODULES = join('clients', 'typescript', 'dist');
const PAGE =
  '<!doctype html><html lang="en"><title>A page of another origin</title><link rel="icon" href="data:,">';

/** A page on an origin of its own, with the built modules of `clients/typescript` beside it. */
export class ModulePage {
  readonly origin: string;

  private constructor(private readonly server: Server) {
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<ModulePage> {
    const server = createServer((request, response) => {
      const [, name] = /^\/([\w/-]+\.js)$/.exec(request.url ?? '') ?? [];
      const type = name === undefined ? 'text/html' : 'text/javascript';
      response.setHeader('content-type', `${type}; charset=utf-8`);
      const content = name === undefined ? Promise.resolve(PAGE) : readFile(join(MODULES, name), 'utf8');
      content.then(
        (text) => response.end(text),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ModulePage(server);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}
