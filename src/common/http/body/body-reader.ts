import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { Request } from 'express';
import { AppError } from '../../errors/app-error.js';
import { describeHttpError } from '../http-error.js';

const FIRST_BYTES = 16_384;

/** Without zstd: a frame of it may ask for a window of 128 MB. */
const INFLATERS = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

/** How a body is compressed; null: not at all. */
export type Encoding = keyof typeof INFLATERS | null;

/** @throws AppError `unsupported_media_type` where the service cannot inflate it */
export function encodingOf(request: Request): Encoding {
  const encoding = (request.headers['content-encoding'] ?? '').toLowerCase();
  if (encoding === '' || encoding === 'identity') return null;
  if (!Object.hasOwn(INFLATERS, encoding)) throw describeHttpError(415, encoding);
  return encoding as keyof typeof INFLATERS;
}

/**
 * Reads a body of at most `limitBytes`, as it is sent. Into one buffer: a body in chunks of one byte would otherwise
 * take a hundred times its size.
 * @throws AppError `payload_too_large`, and `bad_request` when the connection ends first; the rest stays unread
 */
export function readBody(request: Request, limitBytes: number): Promise<Buffer> {
  const firstBytes = Number(request.headers['content-length'] ?? FIRST_BYTES);
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    let length = 0;
    const settle = (act: () => void) => () => {
      request.off('data', append).off('end', whole).off('error', broken).off('close', broken);
      act();
    };
    const append = (chunk: Buffer) => {
      if (length + chunk.length > limitBytes) return settle(() => reject(tooLarge(limitBytes)))();
      if (length + chunk.length > bytes.length) {
        const size = Math.max(firstBytes, 2 * bytes.length, length + chunk.length);
        const larger = Buffer.allocUnsafeSlow(Math.min(size, limitBytes));
        bytes.copy(larger, 0, 0, length);
        bytes = larger;
      }
      length += chunk.copy(bytes, length);
    };
    const whole = settle(() => resolve(bytes.subarray(0, length)));
    const broken = settle(() => reject(connectionEnded()));
    request.on('data', append).on('end', whole).on('error', broken).on('close', broken);
  });
}

/** @throws AppError `payload_too_large` beyond `limitBytes`, `bad_request` for what is not so compressed */
export async function inflateBody(bytes: Buffer, encoding: Encoding, limitBytes: number): Promise<Buffer> {
  if (encoding === null || bytes.length === 0) return bytes;
  try {
    return await INFLATERS[encoding](bytes, { maxOutputLength: limitBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limitBytes);
    throw new AppError('bad_request', 'The body is not compressed as its Content-Encoding says.');
  }
}

/** Of a body that broke off: logged, for its caller hears no more. */
export function connectionEnded(): AppError {
  return new AppError('bad_request', 'The connection ended before the body.');
}

/** The refusal of a body of more than `limitBytes`, as sent or inflated. */
export function tooLarge(limitBytes: number): AppError {
  return new AppError(
    'payload_too_large',
    `The body is larger than the ${limitBytes} bytes that this service takes.`,
  );
}
