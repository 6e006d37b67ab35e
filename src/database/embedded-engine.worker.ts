/**
 * The thread of the embedded database: here its statements keep nobody's stream waiting. The tests run this file as it
 * is, so it imports nothing of ours, and its types can be left out without a compiler.
 */
import { parentPort, workerData } from 'node:worker_threads';
import {
  type ExecProtocolOptionsStream,
  PGlite,
  type QueryOptions,
  type Results,
} from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/** What the thread of the service asks this one for, one thing at a time. */
export type EngineCall =
  { readonly kind: 'listen'; readonly socketPath: string } | { readonly kind: 'close' };

/** What this thread says: `done` answers a call, and comes once by itself when the database can be used. */
export type EngineAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly error: Error }
  /** The database serves nobody any more. */
  | { readonly kind: 'failed'; readonly error: Error };

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
      // The socket server serves nobody after this, and says so nowhere.
      answer({ kind: 'failed', error: toError(error) });
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

function answer(message: EngineAnswer): void {
  parentPort?.postMessage(message);
}

/** What WebAssembly throws cannot be sent from thread to thread. */
function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Does what was asked for, and says that it did, or why not. */
async function carryOut(work: () => Promise<void>): Promise<void> {
  try {
    await work();
    answer({ kind: 'done' });
  } catch (error) {
    answer({ kind: 'refused', error: toError(error) });
  }
}

const database = new WholeQueryPGlite(workerData as string);
const servers: PGLiteSocketServer[] = [];

async function listen(socketPath: string): Promise<void> {
  const server = new PGLiteSocketServer({ db: database, path: socketPath, maxConnections: MAX_CONNECTIONS });
  await server.start();
  servers.push(server);
}

async function close(): Promise<void> {
  for (const server of servers) await server.stop();
  await database.close();
}

parentPort?.on('message', (call: EngineCall) => {
  void carryOut(() => (call.kind === 'listen' ? listen(call.socketPath) : close()));
});
await carryOut(() => database.waitReady);
