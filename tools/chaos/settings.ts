/**
 * The times of a run. Those of the service are scaled down, so that what takes minutes in production happens
 * several times in one run; their order is that of the defaults.
 */
export const TIMES = {
  leaseMs: 4_000,
  disconnectGraceMs: 6_000,
  drainMs: 2_500,
  heartbeatMs: 1_500,
  firstTokenMs: 2_000,
  idleMs: 2_000,
  answerMs: 40_000,
  /** Without a frame for so long, a caller takes its stream for dead: more than three heartbeats. */
  silentStreamMs: 5_000,
  /** How long a caller waits for a JSON answer before it asks for it again. */
  silentAnswerMs: 20_000,
  /** How long callers may take for their last answers once nothing is done to the service any more. */
  lastAnswersMs: 60_000,
} as const;

/** Attempts after the first, of one turn. */
export const MAX_RETRIES = 2;

/** When every turn must have an end: the longest time that one may go on without a reader, or without an owner. */
export const SETTLE_MS = TIMES.disconnectGraceMs + 2 * TIMES.leaseMs + TIMES.leaseMs / 3 + 5_000;

export const API_KEY = 'key-of-the-chaos-callers-0123456789';
