import type { Environment } from '../../src/config/environment-variables.js';

/** What a server can be made to do to its next answer, or to all of them until it is well again. */
export type Fault = 'error' | 'cut' | 'too long';

/** A model server as its users install it. */
export interface RealServer {
  readonly name: string;
  readonly version: string;
  /** Installs it where it is missing. @throws Error with the reason why it cannot run here */
  install(): Promise<void>;
  /** @param folder for its files */
  start(folder: string): Promise<RunningServer>;
}

export interface RunningServer {
  /** What the service is configured with, nothing more. */
  readonly environment: Environment;
  /** The complete answer, where the server always gives the same. */
  readonly text?: string;
  /** `error` and `cut` hit the next answer after its first words; `too long` every prompt of {@link TOO_LONG}. */
  readonly faults: readonly Fault[];
  plan(fault: Fault): Promise<void>;
  /** How many answers it works at. */
  countAnswers(): Promise<number>;
  /** The process that the service asks. */
  readonly front: Part;
  /** What computes the answers, where that is a process of its own. */
  readonly behind?: Part;
  stop(): Promise<void>;
}

/** A process of a server. */
export interface Part {
  readonly name: string;
  kill(): Promise<void>;
  /** Starts it again on its port; returns when it answers. */
  start(): Promise<void>;
}

/** Appended to a question: more than any of the servers takes. */
export const TOO_LONG = ' word'.repeat(6_000);
