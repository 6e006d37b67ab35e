import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type JsonLines, sendJsonLines, toJsonLine } from './json-lines.js';

/** Larger than what a socket takes before it is read. */
const BULKY = 'x'.repeat(100_000);

/** Real: the server, the client and the connection between them. */
describe('Rows as lines of JSON', () => {
  let server: Server;
  /** How the sending of each answer ended: null, or with an error. */
  let sent: Promise<unknown>[];
  let rows: () => JsonLines['rows'];

  beforeEach(async () => {
    sent = [];
    server = createServer((_request, response) => {
      const sending = sendJsonLines(response, { filename: 'rows.jsonl', rows: rows() });
      sent.push(
        sending.then(
          () => null,
          (error: unknown) => {
            if (!response.headersSent) response.writeHead(503).end();
            return error;
          },
        ),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  async function ask(method = 'GET'): Promise<IncomingMessage> {
    const { port } = server.address() as AddressInfo;
    const request = get({ port, host: '127.0.0.1', method });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  }

  /** So many bulky rows, and what has become of them. */
  function bulkyRows(count: number, failAt = Infinity) {
    const seen = { given: 0, isLeft: false };
    async function* generate() {
      try {
        for (; seen.given < count; seen.given++) {
          await new Promise(setImmediate);
          if (seen.given === failAt) throw new Error('out of rows');
          yield { number: seen.given, BULKY };
        }
      } finally {
        seen.isLeft = true;
      }
    }
    return { seen, generate };
  }

  it('arrive in their order, each in its line', async () => {
    rows = async function* () {
      yield { a: 1 };
      await new Promise(setImmediate);
      yield { b: 'two\nlines' };
    };
    const response = await ask();
    expect(response.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'content-disposition': 'attachment; filename="rows.jsonl"',
    });
    expect(await text(response)).toBe('{"a":1}\n{"b":"two\\nlines"}\n');
    expect(await sent[0]).toBeNull();
  });

  it('are an empty body when there are none', async () => {
    rows = async function* () {};
    const response = await ask();
    expect([response.statusCode, await text(response)]).toEqual([200, '']);
  });

  it('are asked for no faster than they are read', async () => {
    const { seen, generate } = bulkyRows(1_000);
    rows = generate;
    const response = await ask();
    let before = -1;
    // Until nothing more is asked for: what was is what the network took, up to 36 MB on Linux.
    while (seen.given !== before) {
      before = seen.given;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(before).toBeLessThan(600);
    let bytes = 0;
    for await (const chunk of response) bytes += (chunk as Buffer).length;
    expect([seen.given, bytes > 1_000 * BULKY.length]).toEqual([1_000, true]);
  });

  it('are asked for no longer when their reader leaves', async () => {
    const { seen, generate } = bulkyRows(10_000);
    rows = generate;
    (await ask()).destroy();
    while (sent.length === 0) await new Promise(setImmediate);
    expect(await sent[0]).toBeNull();
    expect(seen.isLeft).toBe(true);
    expect(seen.given).toBeLessThan(1_000);
  });

  it('break off without an end when there is an error among them', async () => {
    rows = bulkyRows(100, 50).generate;
    const response = await ask();
    expect(response.statusCode).toBe(200);
    await expect(text(response)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await sent[0]).toMatchObject({ message: 'out of rows' });
  });

  it('leave the answer to others when there is an error before them', async () => {
    rows = bulkyRows(100, 0).generate;
    expect((await ask()).statusCode).toBe(503);
    expect(await sent[0]).toMatchObject({ message: 'out of rows' });
  });

  it('are not read to their end for a HEAD', async () => {
    const { seen, generate } = bulkyRows(10_000);
    rows = generate;
    const response = await ask('HEAD');
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
    expect(await text(response)).toBe('');
    expect([await sent[0], seen.isLeft]).toEqual([null, true]);
    expect(seen.given).toBeLessThan(3);
  });
});

describe('A line of JSON', () => {
  it('has no character in it at which any reader could end a line', () => {
    const texts = [
      '\n',
      '\r',
      '\v',
      '\f',
      '\u001c',
      '\u001e',
      '\u0085',
      '\u2028',
      '\u2029',
      '\ud800',
      '😀',
      '退',
    ];
    const line = toJsonLine({ texts });
    // Python's splitlines() splits at these (https://docs.python.org/3/library/stdtypes.html#str.splitlines).
    expect(line.slice(0, -1)).not.toMatch(/[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/);
    expect(line.endsWith('}\n')).toBe(true);
    expect(line.isWellFormed()).toBe(true);
    expect(JSON.parse(line)).toEqual({ texts });
    expect(line).toContain('"😀","退"');
  });
});
