import type { CallingClient } from '../../auth/calling-client.js';
import type { SegmenterOptions } from '../../segmenter/segmenter.js';

/** The smallest piece where a client has BREAK and the environment turned it off for all others. */
const MIN_CHARS = 600;

/** The environment's values. */
interface Defaults {
  /** 0: no BREAK. */
  readonly breakMinChars: number;
  readonly breakAfterMs: number;
}

/** Where the answers to a client are cut into messages; undefined: nowhere. The client's own settings win. */
export function segmentsFor(client: CallingClient, defaults: Defaults): SegmenterOptions | undefined {
  const isEnabled = client.breakEnabled ?? defaults.breakMinChars > 0;
  if (!isEnabled) return undefined;
  return {
    minChars: client.breakMinChars ?? (defaults.breakMinChars || MIN_CHARS),
    afterMs: client.breakAfterMs ?? defaults.breakAfterMs,
    maxBytes: client.breakMaxBytes,
    firstMs: client.breakFirstMs,
  };
}
