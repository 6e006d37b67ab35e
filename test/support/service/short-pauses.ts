import { TIMING, type Timing } from '../../../src/llm/retry/timing.js';
import type { TestService } from './service.js';

/** What the pauses between the attempts of an answer are divided by. */
const TIMES_AS_SHORT = 20;

/** Shortens the pauses between attempts, for tests that are about what comes after them. Every other time stays as it is. */
export function shortenPauses({ app }: TestService): void {
  const timing = app.get<{ after: Timing['after'] }>(TIMING);
  const { after } = timing;
  timing.after = (ms, callback) => after(ms / TIMES_AS_SHORT, callback);
}
