import type { ChildProcess } from 'node:child_process';
import type { Workspace } from '../chaos/stage/workspace.js';

/** How the callers ask a target: `{question}`, `{n}` and `{slot}` in the body are filled in. */
export interface Asking {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What a complete answer ends with, about. */
  readonly ending: string;
}

/** Something that callers can ask, and that asks the model server. */
export interface Target {
  readonly name: string;
  readonly streaming: Asking;
  /** Absent: it has no answers in one piece. */
  readonly short?: Asking;
  /** Asks with so many rounds of history; absent: it is not measured with any. */
  readonly withHistory?: (started: Started, rounds: number) => Promise<Asking>;
  /** More it does not take; absent: it takes any number. */
  readonly maxRounds?: number;
  /** It would take most of the time of all of them: the first round has it, the others do not. */
  readonly isSlow?: true;
  /** There is a bound on its memory, which is measured in each round; that of others in the first alone. */
  readonly hasMemoryBound?: true;
  /** Why it cannot be run here; null: it can. */
  readonly missing: () => string | null;
  /** Starts it again, on an empty database where it has one. */
  readonly start: (stage: BenchStage) => Promise<Started>;
}

export interface Started {
  readonly port: number;
  /** Absent: the load goes to the model server itself. */
  readonly child?: ChildProcess;
  readonly databaseUrl?: string;
  /** Beside those of {@link Asking}. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What targets are started on. */
export interface BenchStage {
  readonly workspace: Workspace;
  readonly modelPort: number;
  /** Makes an empty database on a real PostgreSQL. @returns its URL */
  readonly makeDatabase: () => Promise<string>;
  /** Where the service's processor profiles are to go. */
  readonly profileFolder?: string;
  /** Microseconds that the service is to waste for each frame, to see that this is noticed. */
  readonly wastedMicroseconds?: number;
}
