/** What a shell says of a process that SIGTERM ended. */
export const EXIT_BY_SIGTERM = 143;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Until the returned function is called, SIGTERM and SIGINT end the process at once with `exitCode`. As PID 1, in a
 * container, a process without a handler would ignore them, and be killed while it still waited for its database.
 */
export function endAtOnceOnSignals(exitCode: number): () => void {
  const end = () => process.exit(exitCode);
  for (const signal of SIGNALS) process.once(signal, end);
  return () => SIGNALS.forEach((signal) => process.off(signal, end));
}
