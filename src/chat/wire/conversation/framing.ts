import type { ProblemContext } from '../../../common/errors/problem.js';

/** How a stream is framed on the route that was called. */
export interface Framing {
  readonly context: ProblemContext;
  /** Whether frames carry the ids of their events. */
  readonly withIds: boolean;
}
