import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { Logger } from '@nestjs/common';
import { SELF_SIGNED } from '../../../test/support/programs/self-signed-certificate.js';
import { parseEnvironment } from '../../config/environment.js';
import { migrationOptions, type PostgresOptions } from './data-source-options.js';
import {
  connectWhenReachable,
  DatabaseRefusedError,
  DatabaseUnreachableError,
} from './connect-with-retry.js';

const GIVE_UP_AFTER_MS = 1_200;

/** Real: TCP, and the driver. */
describe('connectWhenReachable, with an end', () => {
  let server: Server | undefined;
  beforeAll(() => void Logger.overrideLogger(false));
  afterEach(() => void server?.close());

  function optionsFor(port: number): PostgresOptions {
    const { database } = parseEnvironment({
      DATABASE_URL: `postgres://u:hunter2@127.0.0.1:${port}/chat`,
      // Longer than the complete wait: the end counts.
      DATABASE_CONNECT_TIMEOUT_MS: '60000',
    });
    if (database.kind !== 'postgres') throw new Error('No PostgreSQL');
    return migrationOptions(database);
  }

  async function expectEnd(port: number): Promise<void> {
    const startedAt = performance.now();
    const connecting = connectWhenReachable(optionsFor(port), GIVE_UP_AFTER_MS);
    const error: unknown = await connecting.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DatabaseUnreachableError);
    expect((error as Error).message).toMatch(
      /^The database could not be reached within 1\.2 s \(.+\)\. Check DATABASE_URL/,
    );
    expect((error as Error).message).not.toContain('hunter2');
    expect(performance.now() - startedAt).toBeLessThan(3 * GIVE_UP_AFTER_MS);
  }

  it('stops where nothing listens', () => expectEnd(1));

  it('stops where a server takes the connection and says nothing', async () => {
    const silent = createServer();
    server = silent;
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    await expectEnd((silent.address() as AddressInfo).port);
  });
});

/** Real: TCP, TLS and the driver. The server speaks the first messages of PostgreSQL's protocol, no more. */
describe('connectWhenReachable, refused by the server', () => {
  let server: Server | undefined;
  let folder: string;
  beforeAll(() => {
    Logger.overrideLogger(false);
    folder = mkdtempSync(join(tmpdir(), 'reach-'));
    writeFileSync(join(folder, 'cert.pem'), SELF_SIGNED.cert);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server?.close();
  });

  async function refusalOf(onFirst: (socket: Socket) => void, query = '', password = ':hunter2') {
    const listening = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => onFirst(socket));
    });
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const { port } = listening.address() as AddressInfo;
    const { database } = parseEnvironment({
      DATABASE_URL: `postgres://u${password}@127.0.0.1:${port}/chat${query}`,
    });
    if (database.kind !== 'postgres') throw new Error('No PostgreSQL');
    const error: unknown = await connectWhenReachable(migrationOptions(database), GIVE_UP_AFTER_MS).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DatabaseRefusedError);
    const { message } = error as Error;
    expect(message).not.toContain('hunter2');
    return message;
  }

  const message = (type: string, body: Buffer) => {
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const fault = (code: string, text: string) =>
    message('E', Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${text}\0\0`));
  const wantScram = (socket: Socket) =>
    void socket.write(message('R', Buffer.from('\0\0\0\x0aSCRAM-SHA-256\0\0')));
  const speakTls = (socket: Socket) => {
    socket.write('S');
    new TLSSocket(socket, { isServer: true, ...SELF_SIGNED }).on('error', () => undefined);
  };

  it.each([
    ['not given', ''],
    ['empty', ':'],
  ])('says that DATABASE_URL has no password: %s', async (_, password) => {
    const serve = (socket: Socket) => {
      wantScram(socket);
      // The first message of SCRAM; its answer has the salt, where the driver wants the password.
      socket.once('data', (data) => {
        const nonce = /r=([^,]+)$/.exec(data.toString())?.[1];
        const first = `\0\0\0\x0br=${nonce}x,s=QSXCR+Q6sek8bf92,i=4096`;
        socket.write(message('R', Buffer.from(first)));
      });
    };
    expect(await refusalOf(serve, '', password)).toMatch(/DATABASE_URL has no password/);
  });

  it('says that the server has no TLS', async () => {
    expect(await refusalOf((socket) => void socket.write('N'), '?sslmode=verify-full')).toMatch(
      /does not support SSL connections.*sslmode=disable/,
    );
  });

  it('says that the certificate is not trusted', async () => {
    expect(await refusalOf(speakTls, '?sslmode=verify-full')).toMatch(
      /certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\).*sslrootcert/,
    );
  });

  it('says that the certificate is of another host', async () => {
    const query = `?sslmode=verify-full&sslrootcert=${join(folder, 'cert.pem')}`;
    expect(await refusalOf(speakTls, query)).toMatch(/certificate is for another host/);
  });

  it('says that the file of sslrootcert cannot be read', async () => {
    expect(await refusalOf(speakTls, '?sslmode=verify-full&sslrootcert=/none/ca.pem')).toMatch(
      /sslrootcert.*cannot be read \(ENOENT\)/,
    );
  });

  it('says that the server wants TLS', async () => {
    const text = 'no pg_hba.conf entry for host "127.0.0.1", user "u", database "chat", no encryption';
    expect(await refusalOf((socket) => void socket.end(fault('28000', text)))).toMatch(
      /no encryption.*sslmode/,
    );
  });

  it('says that the database takes no connections', async () => {
    const text = 'database "chat" is not currently accepting connections';
    expect(await refusalOf((socket) => void socket.end(fault('55000', text)))).toMatch(
      /is not currently accepting connections.*ALLOW_CONNECTIONS true/,
    );
  });
});
