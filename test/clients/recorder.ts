import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { text } from 'node:stream/consumers';

/** A request as it was on the wire. */
export interface Recorded {
  readonly method: string;
  /** With its query string. */
  readonly url: string;
  /** Parsed; undefined when there was none. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** A turn that there is not: of it the caller hears a code that no document has. */
export const TURN_OF_TOMORROW = '00000000-0000-4000-8000-000000000000';

/** A code that a later version of the service may have. */
export const CODE_OF_TOMORROW = 'added_tomorrow';

/**
 * A service of the future: every answer and every frame has a field more than the document
 * says, and one error has a new code. Passes everything else on as it comes, and keeps what clients sent.
 */
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
      const { 'content-length': _length, ...rest } = answered.headers;
      // At once, as the service sends them: a stream's head comes long before its first text.
      response.writeHead(answered.statusCode ?? 502, rest).flushHeaders();
      answered
        .setEncoding('utf8')
        .pipe(addNews(url.includes(TURN_OF_TOMORROW)))
        .pipe(response);
    });
    asked.end(body);
  }
}

/** The service writes a JSON answer, and each frame, at once: that is where its first member begins. */
function addNews(hasNewCode: boolean): Transform {
  return new Transform({
    decodeStrings: false,
    transform: (text: string, _encoding, done) => {
      const news = text.replace(/^(data: )?\{(?=")/gm, '$1{"added_tomorrow":{"is":["new"]},');
      done(null, hasNewCode ? news.replace(/"code":"\w+"/, `"code":"${CODE_OF_TOMORROW}"`) : news);
    },
  });
}
