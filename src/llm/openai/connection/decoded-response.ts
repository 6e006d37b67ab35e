import type { Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';
import type { Dispatcher } from 'undici';
import { contentCodings } from './content-codings.js';

type Controller = Dispatcher.DispatchController;
type Handler = Dispatcher.DispatchHandler;
type OnResponseData = NonNullable<Handler['onResponseData']>;
type ResponseStart = Parameters<NonNullable<Handler['onResponseStart']>>;

/** A body that breaks off gives what it has: its reader decides whether it is complete. */
const TO_THE_LAST_BYTE = { finishFlush: constants.Z_SYNC_FLUSH };

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(TO_THE_LAST_BYTE),
  'x-gzip': () => createGunzip(TO_THE_LAST_BYTE),
  deflate: () => createInflate(TO_THE_LAST_BYTE),
  br: () => createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }),
  zstd: () => createZstdDecompress({ finishFlush: constants.ZSTD_e_flush }),
};

/** What it expands to is larger than `maxBytes`. */
class TooLarge extends Error {
  readonly code = 'ERR_EXPANDED_TOO_LARGE';
}

/**
 * Decodes compressed responses, also those of a stream, each piece as it comes: some servers and proxies compress what was
 * asked for uncompressed. A response in a coding that is not known, or in two, passes with its header.
 * @param maxBytes what a response may expand to
 */
export function decodeResponses(maxBytes: number): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => dispatch(options, new DecodedResponse(handler, maxBytes));
}

class DecodedResponse implements Handler {
  /** Of a plain response it becomes the handler's own: a call more for each delta would be paid by all answers. */
  onResponseData: OnResponseData | undefined;
  private decoder: Transform | undefined;
  private expandedBytes = 0;

  constructor(
    private readonly handler: Handler,
    private readonly maxBytes: number,
  ) {
    this.onResponseData = this.handler.onResponseData?.bind(this.handler);
  }

  onRequestStart(controller: Controller, context: unknown): void {
    this.handler.onRequestStart?.(controller, context);
  }

  onResponseStart(...[controller, status, headers, text]: ResponseStart): void {
    const { 'content-encoding': encoding, ...rest } = headers;
    const [name = '', ...more] = contentCodings(encoding);
    const isKnown = status >= 200 && more.length === 0 && Object.hasOwn(DECODERS, name);
    if (isKnown) this.decodeWith(DECODERS[name]!(), controller);
    this.handler.onResponseStart?.(controller, status, isKnown ? rest : headers, text);
  }

  onResponseEnd(...end: Parameters<NonNullable<Handler['onResponseEnd']>>): void {
    if (this.decoder === undefined) return this.handler.onResponseEnd?.(...end);
    this.decoder.once('end', () => this.handler.onResponseEnd?.(...end));
    this.decoder.end();
  }

  onResponseError(controller: Controller, error: Error): void {
    this.decoder?.destroy();
    this.handler.onResponseError?.(controller, error);
  }

  private decodeWith(decoder: Transform, controller: Controller): void {
    this.decoder = decoder;
    decoder.on('data', (bytes: Buffer) => {
      this.expandedBytes += bytes.length;
      if (this.expandedBytes > this.maxBytes) decoder.destroy(new TooLarge('too large'));
      else this.handler.onResponseData?.(controller, bytes);
    });
    decoder.on('drain', () => controller.resume());
    decoder.once('error', (error) => {
      this.handler.onResponseError?.(controller, error);
      controller.abort(error);
    });
    this.onResponseData = (_, chunk) => {
      if (!decoder.destroyed && !decoder.write(chunk)) controller.pause();
    };
  }
}
