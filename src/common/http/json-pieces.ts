import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';

/** After so long without a read, in ms, the caller counts as gone. */
const STALLED_AFTER_MS = 60_000;

/** Longer than this no answer keeps the event loop, unless one of its pieces does. In milliseconds. */
const SLICE_MS = 8;

/**
 * Answers 200 with one JSON document that is made in pieces, as fast as the caller reads them: made at once, a document of
 * megabytes would stop the process. A piece that cannot be made is thrown, and the connection must be cut then. A caller who
 * leaves is no error. Returns when the response has ended.
 */
export async function sendJsonPieces(
  response: ServerResponse,
  pieces: Iterable<string | Buffer>,
): Promise<void> {
  if (response.destroyed) return;
  const closed = new Promise<void>((resolve) => void response.once('close', resolve));
  response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' });
  response.setTimeout(STALLED_AFTER_MS, () => response.destroy());
  let endsAt = performance.now() + SLICE_MS;
  for (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.write(piece)) await Promise.race([drained(response), closed]);
    // A socket that takes all at once would have the pieces made without an end, and nothing else done.
    if (performance.now() < endsAt) continue;
    await setImmediate();
    endsAt = performance.now() + SLICE_MS;
  }
  response.end();
  await closed;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => void response.once('drain', resolve));
}
