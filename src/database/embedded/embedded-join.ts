import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DataFolderInUseError, readHolder } from './embedded-holder.js';
import { type EmbeddedPostgres, openEmbeddedPostgres, SOCKET_NAME } from './embedded-postgres.js';

/** How long a service may take from its lock to its socket: making the database is the longest of it. */
const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 100;

/**
 * The database in `dataDir` for a command-line tool: through the socket of the service that runs on it,
 * else opened here.
 * @throws DataFolderInUseError when the folder is in use and no socket appears in half a minute
 */
export async function openOrJoinEmbeddedPostgres(dataDir: string): Promise<EmbeddedPostgres> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await openEmbeddedPostgres(dataDir);
    } catch (error) {
      if (!(error instanceof DataFolderInUseError)) throw error;
      const socketFolder = readHolder(resolve(dataDir))?.socketFolder;
      if (socketFolder !== undefined && (await isServed(socketFolder))) return joined(socketFolder);
      if (performance.now() > giveUpAt) throw error;
      await delay(LOOK_AGAIN_MS);
    }
  }
}

function joined(socketFolder: string): EmbeddedPostgres {
  return { socketFolder, isJoined: true, close: () => Promise.resolve() };
}

function isServed(socketFolder: string): Promise<boolean> {
  return new Promise((settle) => {
    const socket = connect(join(socketFolder, SOCKET_NAME));
    const answer = (isConnected: boolean) => {
      socket.destroy();
      settle(isConnected);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
