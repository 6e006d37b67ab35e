/** What a run is judged by. None may be found. */
export const CATEGORIES = {
  lost: 'a caller got the end, or the turn was accepted, and the receipt does not have it so',
  duplicated: 'frames that the caller had already, or two ends that contradict each other',
  unterminated: 'turns that never end, and callers that never hear of an end',
  'double-generated': 'more model calls than the question may take, or two turns for one key',
  differing: 'the text that the caller has is not the text of the receipt',
  garbled: 'the stored text is not what the model said',
  refused: 'a caller that came back was turned away',
  'bad exits': 'a process of the service that ended by itself, or after SIGTERM not with 0 in time',
} as const;

export type Category = keyof typeof CATEGORIES;

export interface Finding {
  readonly category: Category;
  /** '': it concerns no question. */
  readonly questionId: string;
  readonly turnId?: string;
  readonly why: string;
}
