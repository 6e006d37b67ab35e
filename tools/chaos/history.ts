import { appendFileSync, readFileSync } from 'node:fs';

/** How a caller asks, and so how it can come back. */
export type QuestionKind = 'a-stream' | 'a-plain-stream' | 'a-json' | 'b-stream';

export interface Question {
  readonly id: string;
  readonly caller: string;
  readonly kind: QuestionKind;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** null: asked without an Idempotency-Key. */
  readonly key: string | null;
}

/** How the reading of a response ended: as HTTP ends it, cut off, by the caller's will, or because nothing came. */
export type ReadingEnd = 'clean' | 'broken' | 'left' | 'silent';

/** One request and all that was read of its answer. */
export interface Exchange {
  readonly questionId: string;
  /** Of a question that was sent twice at once, the redundant one: another reader of the turn. */
  readonly isEcho: boolean;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly key: string | null;
  readonly lastEventId: string | null;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Which replica answered, as nginx says. */
  readonly upstream: string | null;
  /** null: no response came. */
  readonly status: number | null;
  /** Of a response that is no stream: the body, as far as it came. */
  readonly answer: string | null;
  readonly frames: readonly Frame[];
  readonly end: ReadingEnd;
}

/** An event of a stream as it was delivered. `id` is '' when it had none. */
export interface Frame {
  readonly id: string;
  readonly data: string;
}

/** How it went on with a question, for the caller. */
export type Conclusion =
  /** The caller knows how its turn ended. */
  | 'ended'
  /** A status that a generated client does not repeat at. */
  | 'refused'
  /** The caller went away for good. */
  | 'left'
  /** The caller could not come back: it had neither key nor id. */
  | 'unknown'
  /** The caller came back until its time was over. */
  | 'stopped';

export type HistoryRecord =
  | ({ readonly type: 'question'; readonly at: number } & Question)
  | ({ readonly type: 'exchange' } & Exchange)
  | {
      readonly type: 'conclusion';
      readonly at: number;
      readonly questionId: string;
      readonly conclusion: Conclusion;
    }
  /** What was done to the service, and what became of its processes. */
  | {
      readonly type: 'nemesis';
      readonly at: number;
      readonly deed: string;
      readonly target: string;
      readonly detail?: string;
    }
  /** A process of the service that ended as it should not have. */
  | { readonly type: 'bad exit'; readonly at: number; readonly target: string; readonly detail: string };

/** The callers' log: all that the verdict knows of what they received. */
export class History {
  constructor(readonly file: string) {}

  add(record: HistoryRecord): void {
    appendFileSync(this.file, `${JSON.stringify(record)}\n`);
  }

  read(): HistoryRecord[] {
    return readLines<HistoryRecord>(this.file);
  }
}

export function readLines<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
