import {
  type ExecProtocolOptionsStream,
  PGlite,
  type QueryOptions,
  type Results,
} from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/** A service, the command-line tools beside it, and some to spare. */
const MAX_CONNECTIONS = 50;

/** The wire protocol's Sync message. */
const SYNC = Uint8Array.of('S'.charCodeAt(0), 0, 0, 0, 4);

/** First bytes of the messages of an extended query, up to its Sync: Parse, Bind, Describe, Execute, Close, Flush. */
const BEFORE_SYNC: ReadonlySet<number | undefined> = new Set(
  [...'PBDECH'].map((letter) => letter.charCodeAt(0)),
);

/**
 * PGlite whose socket server finishes one connection's extended query before it serves another. All
 * connections share one session with one unnamed statement: a query whose parameters arrive in two
 * pieces was otherwise bound to the statement that another connection had parsed in between.
 */
class WholeQueryPGlite extends PGlite {
  #isWithinQuery = false;

  constructor(
    folder: string,
    private readonly onFailure: (error: unknown) => void,
  ) {
    super(folder);
  }

  /** Read by the socket server, which serves only the connection it served last while this is true. */
  override isInTransaction(): boolean {
    return this.#isWithinQuery || super.isInTransaction();
  }

  override async execProtocolRawStream(
    message: Uint8Array,
    options: ExecProtocolOptionsStream,
  ): Promise<void> {
    try {
      await super.execProtocolRawStream(message, options);
    } catch (error) {
      // After this the socket server serves no connection, without an error.
      this.onFailure(error);
      throw error;
    }
    this.#isWithinQuery = BEFORE_SYNC.has(message[0]);
  }

  /** Called by the socket server to roll back what a connection left open that went away. */
  override async exec(query: string, options?: QueryOptions): Promise<Results[]> {
    if (this.#isWithinQuery) {
      // After an error everything is ignored until a Sync, which the one who left will not send: the
      // rollback too, and the next connection would go on inside a stranger's transaction.
      await this.runExclusive(() => super.execProtocolRawStream(SYNC, { onRawData: () => undefined }));
      this.#isWithinQuery = false;
    }
    return super.exec(query, options);
  }
}

/** A running PostgreSQL in this process. */
export interface Engine {
  /** Serves it on a Unix socket, which must not exist yet. */
  listen(socketPath: string): Promise<void>;
  /** Ends its connections, stops serving and writes everything to its folder. */
  close(): Promise<void>;
}

/**
 * Starts PostgreSQL in WebAssembly on `folder`, which is filled when it is empty (`memory://`: on none).
 * Only one process may have a folder open; the caller sees to that.
 */
export async function startEngine(folder: string, onFailure: (error: unknown) => void): Promise<Engine> {
  const database = new WholeQueryPGlite(folder, onFailure);
  await database.waitReady;
  const servers: PGLiteSocketServer[] = [];
  return {
    async listen(socketPath) {
      const server = new PGLiteSocketServer({
        db: database,
        path: socketPath,
        maxConnections: MAX_CONNECTIONS,
      });
      await server.start();
      servers.push(server);
    },
    async close() {
      for (const server of servers) await server.stop();
      await database.close();
    },
  };
}
