/** What the model server says of a request to it. */
export interface ModelCall {
  readonly questionId: string;
  /** Counts the calls for this question, from 1. */
  readonly call: number;
  readonly target: string;
  /** How much of the answer it was given, to go on from there. */
  readonly keptChars: number;
  /** '': it was answered rightly. */
  readonly fault: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** `answered` to its end, `cut` by the caller, or `failed` by the model's own doing. */
  readonly end: 'answered' | 'cut' | 'failed';
}
