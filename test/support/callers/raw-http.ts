import { connect } from 'node:net';

/** A response as it stood on the wire. */
export interface RawResponse {
  readonly status: number;
  /** The header lines, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The HTTP chunks of the body: each was one `write` of the server. */
  readonly chunks: readonly string[];
  /** Whether the connection ended before the answer, between two chunks. */
  readonly isCut: boolean;
}

export interface RawRequest {
  readonly url: string;
  readonly key: string;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/** Posts JSON over a bare socket and reads the response to its end. */
export async function rawPost({ url, key, body, headers = {} }: RawRequest): Promise<RawResponse> {
  const { hostname, port, pathname } = new URL(url);
  const payload = JSON.stringify(body);
  const lines = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${hostname}:${port}`,
    `authorization: Bearer ${key}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(payload)}`,
    'connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  const socket = connect(Number(port), hostname);
  socket.write(`${lines.join('\r\n')}\r\n\r\n${payload}`);
  let received = Buffer.alloc(0);
  for await (const data of socket) {
    received = Buffer.concat([received, data as Buffer]);
    // The connection may be kept: the last chunk is the end.
    if (received.subarray(-5).equals(LAST_CHUNK)) break;
  }
  socket.destroy();
  return parseResponse(received);
}

function parseResponse(response: Buffer): RawResponse {
  const headEnd = response.indexOf('\r\n\r\n');
  const [statusLine = '', ...headerLines] = response.subarray(0, headEnd).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    headerLines.map((line) => [
      line.slice(0, line.indexOf(':')).toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const body = response.subarray(headEnd + 4);
  const isChunked = headers['transfer-encoding'] === 'chunked';
  const chunks = isChunked ? dechunk(body) : [body.toString('utf8')];
  const isCut = isChunked && !body.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
  return { status: Number(statusLine.split(' ')[1]), headers, chunks, isCut };
}

function dechunk(body: Buffer): string[] {
  const chunks: string[] = [];
  for (let at = 0; at < body.length;) {
    const lineEnd = body.indexOf('\r\n', at);
    if (lineEnd < 0) throw new Error('The chunked body broke off');
    const length = Number.parseInt(body.subarray(at, lineEnd).toString('latin1'), 16);
    if (length === 0) return chunks;
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + length).toString('utf8'));
    at = lineEnd + 2 + length + 2;
  }
  return chunks;
}
