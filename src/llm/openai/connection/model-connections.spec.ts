import { createServer, type Server } from 'node:http';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, connect as connectTo, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:https';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import {
  constants,
  createBrotliCompress,
  createDeflate,
  createGzip,
  createZstdCompress,
  gzipSync,
} from 'node:zlib';
import type { AppConfig, LlmConfig } from '../../../config/app-config.js';
import { SELF_SIGNED } from '../../../../test/support/programs/self-signed-certificate.js';
import { ModelConnections } from './model-connections.js';

/** The name that the certificate is for; only the proxy of a test knows where it is. */
const HOST = 'db.example';

interface Result {
  readonly status?: number;
  readonly text: string;
  readonly pieces: number;
  readonly error?: Error;
}

/** A proxy whose every tunnel (CONNECT) leads to one port of this machine. */
function tunnelsTo(port: number): Server {
  return createServer().on('connect', (_, socket: Socket) => {
    const upstream = connectTo(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    upstream.pipe(socket).pipe(upstream);
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
}

describe('ModelConnections', () => {
  const closing: (() => Promise<unknown> | void)[] = [];
  const authorities = getCACertificates();

  beforeAll(() => setDefaultCACertificates([...authorities, SELF_SIGNED.cert]));
  afterAll(() => setDefaultCACertificates(authorities));
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function listen(server: Server | Http2SecureServer): Promise<number> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }

  function connections(llm: Partial<LlmConfig> = {}): ModelConnections {
    const made = new ModelConnections({
      llm: { connectTimeoutMs: 20_000, models: [], ...llm },
    } as unknown as AppConfig);
    closing.push(() => made.onApplicationShutdown());
    return made;
  }

  /** @param abortAt aborts as soon as the text contains it */
  function get(through: ModelConnections, origin: string, abortAt?: string): Promise<Result> {
    return new Promise((resolve) => {
      let text = '';
      let pieces = 0;
      let status: number | undefined;
      through.dispatch(
        { origin, path: '/', method: 'POST', body: '{}' },
        {
          onResponseStart: (_, code) => void (status = code),
          onResponseData: (controller, bytes) => {
            text += bytes.toString();
            pieces++;
            if (abortAt !== undefined && text.includes(abortAt)) controller.abort(new Error('aborted'));
          },
          onResponseEnd: () => resolve({ status, text, pieces }),
          onResponseError: (_, error) => resolve({ status, text, pieces, error }),
        },
      );
    });
  }

  describe('with a compressed response', () => {
    const encoders = {
      gzip: () => createGzip({ flush: constants.Z_SYNC_FLUSH }),
      deflate: () => createDeflate({ flush: constants.Z_SYNC_FLUSH }),
      br: () => createBrotliCompress({ flush: constants.BROTLI_OPERATION_FLUSH }),
      zstd: () => createZstdCompress({ flush: constants.ZSTD_e_flush }),
    };

    it.each(Object.entries(encoders))('give each piece of %s as it comes', async (encoding, encoder) => {
      const secondPiece = Promise.withResolvers<void>();
      const server = createServer((_, response) => {
        const compressed = encoder();
        compressed.pipe(response.writeHead(200, { 'content-encoding': encoding }));
        compressed.write('first ');
        void secondPiece.promise.then(() => compressed.end('second'));
      });
      const origin = `http://127.0.0.1:${await listen(server)}`;
      const got: string[] = [];
      await new Promise<void>((resolve, reject) => {
        connections().dispatch(
          { origin, path: '/', method: 'POST', body: '{}' },
          {
            onResponseStart: (_, __, headers) => expect(headers).not.toHaveProperty('content-encoding'),
            onResponseData: (_, bytes) => {
              got.push(bytes.toString());
              // The server goes on only when its first piece has been read.
              secondPiece.resolve();
            },
            onResponseEnd: () => resolve(),
            onResponseError: (_, error) => reject(error),
          },
        );
      });
      expect(got[0]).toBe('first ');
      expect(got.join('')).toBe('first second');
    });

    it('read a refusal, too', async () => {
      const server = createServer((_, response) => {
        response.writeHead(400, { 'content-encoding': 'gzip' }).end(gzipSync('no such parameter'));
      });
      const origin = `http://127.0.0.1:${await listen(server)}`;
      expect(await get(connections(), origin)).toMatchObject({ status: 400, text: 'no such parameter' });
    });

    it('give what there is of a body that ends early', async () => {
      const server = createServer((_, response) => {
        const whole = gzipSync(Buffer.from('x'.repeat(100)), { level: 0 });
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(whole.subarray(0, 60));
      });
      const origin = `http://127.0.0.1:${await listen(server)}`;
      const { text, error } = await get(connections(), origin);
      expect(error).toBeUndefined();
      expect(text).toMatch(/^x{10,}$/);
    });

    it('end a response that expands without bound', async () => {
      const bomb = gzipSync(Buffer.alloc(70_000_000, 'x'));
      const server = createServer((_, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
      );
      const origin = `http://127.0.0.1:${await listen(server)}`;
      const { text, error } = await get(connections(), origin);
      expect(error).toMatchObject({ code: 'ERR_EXPANDED_TOO_LARGE' });
      expect(text.length).toBeLessThanOrEqual(67_108_864);
    });

    it('fail a response that is damaged', async () => {
      const server = createServer((_, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end('not compressed');
      });
      const origin = `http://127.0.0.1:${await listen(server)}`;
      expect((await get(connections(), origin)).error).toMatchObject({ code: 'Z_DATA_ERROR' });
    });
  });

  describe('through a proxy', () => {
    /** It passes requests with a complete URL on, and leads its tunnels to one port. */
    async function startProxy(port: number): Promise<{ port: number; seen: string[] }> {
      const seen: string[] = [];
      const proxy = tunnelsTo(port);
      proxy.on('connect', ({ url }) => seen.push(`CONNECT ${url}`));
      proxy.on('request', ({ method, url, headers }, response) => {
        seen.push(`${method} ${url} ${headers['proxy-authorization'] ?? ''}`.trim());
        response.end('by proxy');
      });
      return { port: await listen(proxy), seen };
    }

    it('reach an https server by a tunnel', async () => {
      const server = createTlsServer(SELF_SIGNED, (_, response) => response.end('by tunnel'));
      const proxy = await startProxy(await listen(server));
      const through = connections({ proxy: { https: `http://127.0.0.1:${proxy.port}`, except: '' } });
      expect(await get(through, `https://${HOST}`)).toMatchObject({ status: 200, text: 'by tunnel' });
      expect(proxy.seen).toEqual([`CONNECT ${HOST}:443`]);
    });

    it('reach an http server, with the password of the proxy', async () => {
      const proxy = await startProxy(1);
      const http = `http://user:secret@127.0.0.1:${proxy.port}`;
      expect(await get(connections({ proxy: { http, except: '' } }), `http://${HOST}`)).toMatchObject({
        text: 'by proxy',
      });
      const credentials = Buffer.from('user:secret').toString('base64');
      expect(proxy.seen).toEqual([`POST http://${HOST}/ Basic ${credentials}`]);
    });

    it('reach this machine, and what is excepted, directly', async () => {
      const server = createServer((_, response) => response.end('directly'));
      const port = await listen(server);
      const proxy = await startProxy(port);
      const http = `http://127.0.0.1:${proxy.port}`;
      const through = connections({ proxy: { http, except: 'other.example' } });
      for (const host of ['127.0.0.1', 'localhost'])
        expect(await get(through, `http://${host}:${port}`)).toMatchObject({ text: 'directly' });
      expect((await get(through, 'http://other.example:1')).error).toBeDefined();
      expect(proxy.seen).toEqual([]);
    });
  });

  describe('with a server that speaks HTTP/2 only', () => {
    async function startHttp2(
      answer: (stream: ServerHttp2Stream) => void,
    ): Promise<{ origin: string; proxy: string }> {
      const server = createSecureServer({ ...SELF_SIGNED, allowHTTP1: false });
      server.on('stream', answer);
      const proxy = tunnelsTo(await listen(server));
      return { origin: `https://${HOST}`, proxy: `http://127.0.0.1:${await listen(proxy)}` };
    }

    it('get its answers, and abort one without the others', async () => {
      const streams: ServerHttp2Stream[] = [];
      const aborted = Promise.withResolvers<void>();
      const server = await startHttp2((stream) => {
        streams.push(stream);
        stream.on('error', () => undefined);
        stream.once('aborted', () => aborted.resolve());
        stream.respond({ ':status': 200 });
        stream.write(`first ${streams.length} `);
        // The others end only after one was aborted.
        if (streams.length > 1) void aborted.promise.then(() => stream.end('last'));
      });
      const through = connections({ proxy: { https: server.proxy, except: '' } });
      const doomed = get(through, server.origin, 'first 1');
      expect((await doomed).error).toMatchObject({ message: 'aborted' });
      const others = await Promise.all([1, 2, 3].map(() => get(through, server.origin)));
      for (const { text, error } of others)
        expect([text, error]).toEqual([expect.stringMatching(/^first \d last$/), undefined]);
    });

    it('share a connection among answers at the same time, and abort one of them', async () => {
      const streams: ServerHttp2Stream[] = [];
      const aborted = Promise.withResolvers<void>();
      const server = await startHttp2((stream) => {
        streams.push(stream);
        stream.on('error', () => undefined);
        stream.once('aborted', () => aborted.resolve());
        stream.respond({ ':status': 200 });
        if (streams.length === 4) for (const [index, one] of streams.entries()) one.write(`first ${index} `);
        void aborted.promise.then(() => stream.destroyed || stream.end('last'));
      });
      const through = connections({ proxy: { https: server.proxy, except: '' } });
      const results = await Promise.all(
        [0, 1, 2, 3].map((_, nth) => get(through, server.origin, nth === 2 ? 'first' : undefined)),
      );
      expect(results.filter(({ error }) => error)).toHaveLength(1);
      for (const { text } of results.filter(({ error }) => !error)) expect(text).toMatch(/^first \d last$/);
    });
  });

  it('use HTTP/1.1 where a server speaks both', async () => {
    const server = createSecureServer({ ...SELF_SIGNED, allowHTTP1: true }, (request, response) => {
      response.end(request.httpVersion);
    });
    const https = `http://127.0.0.1:${await listen(tunnelsTo(await listen(server)))}`;
    expect(await get(connections({ proxy: { https, except: '' } }), `https://${HOST}`)).toMatchObject({
      text: '1.1',
    });
  });
});
