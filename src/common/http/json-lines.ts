import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { escapeLineEnds } from './sse/line-ends.js';

/**
 * What a stream of JSON lines is called. Not `application/jsonl`: generated clients take what begins with
 * `application/json` for one JSON document, and fail at its second line.
 */
export const JSON_LINES = 'application/x-ndjson';

/** After so long without a read, in ms, the caller counts as gone, and another one takes its place. */
const STALLED_AFTER_MS = 60_000;

export interface JsonLines {
  /** What a browser stores it under. */
  readonly filename: string;
  /** Read one at a time, as fast as the caller takes them; returned early when the caller leaves. */
  readonly rows: AsyncIterable<object>;
}

/** A row as a line of its own, its end included. */
export function toJsonLine(row: object): string {
  return `${escapeLineEnds(JSON.stringify(row))}\n`;
}

/**
 * Answers with rows, each as a line of JSON, never holding more of them than are on their way. An error before
 * the first row is thrown with nothing sent; a later one cuts the connection before it is thrown, for an ordinary
 * end would make half of the rows look like all of them. A caller who leaves is no error.
 */
export async function sendJsonLines(response: ServerResponse, { filename, rows }: JsonLines): Promise<void> {
  const remaining = rows[Symbol.asyncIterator]();
  const first = await remaining.next();
  response.writeHead(200, {
    'Content-Type': JSON_LINES,
    'Content-Disposition': `attachment; filename="${filename}"`,
    'Cache-Control': 'no-store',
  });
  if (response.destroyed || response.req.method === 'HEAD') {
    await remaining.return?.();
    response.end();
    return;
  }
  response.setTimeout(STALLED_AFTER_MS, () => response.destroy());
  try {
    await pipeline(Readable.from(toLines(first, remaining)), response);
  } catch (error) {
    if (!hasReaderLeft(error)) throw error;
  }
}

async function* toLines(
  first: IteratorResult<object, unknown>,
  remaining: AsyncIterator<object>,
): AsyncGenerator<string> {
  if (first.done) return;
  yield toJsonLine(first.value);
  for await (const row of { [Symbol.asyncIterator]: () => remaining }) yield toJsonLine(row);
}

function hasReaderLeft(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
}
