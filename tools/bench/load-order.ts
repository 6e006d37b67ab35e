/** What the load process is to do. */
export interface LoadOrder {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `{n}` in it becomes the number of the request in twelve digits, `{slot}` for that number modulo {@link SLOTS}. */
  readonly body: string;
  /** What the end of a complete answer holds. */
  readonly ending: string;
  /** Of each answer. */
  readonly tokens: number;
  readonly count: number;
  /** Requests a second by the clock; 0: as many at once as `concurrency` says, each followed by the next. */
  readonly perSecond: number;
  readonly concurrency: number;
  /** It says `open` when all have begun. */
  readonly isHeld: boolean;
  /** What is still open after so long is cut, and counts as unfinished. */
  readonly maxSeconds: number;
}

/** More than are ever asked at once in a closed loop: no two running requests have the same slot. */
export const SLOTS = 64;

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

export interface LoadResult {
  readonly deltas: number;
  /** With all their tokens and their ending. */
  readonly answers: number;
  /** Answers that brought at least one token. */
  readonly begun: number;
  readonly unfinished: number;
  /** Connections that broke, and answers of another status than 200. */
  readonly errors: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** From when a request was due to the first byte of its answer's body, in ms. */
  readonly acceptedMs: Percentiles;
  /** From when a request was due to its first token, in ms. */
  readonly firstMs: Percentiles;
  /** Between arrivals of tokens of one stream, in ms. */
  readonly gapMs: Percentiles;
}
