import type { TurnEventBody } from './turn-event.js';

/**
 * What a reader ends up with. `committed` is theirs for good; `open` can still be voided. A value, not
 * a collector: every event makes a new one.
 */
export interface TurnText {
  readonly committed: string;
  readonly open: string;
}

export const EMPTY_TEXT: TurnText = { committed: '', open: '' };

/** Drops on void, keeps across commit: the rule by which every reader and the record agree. */
export function foldText(text: TurnText, event: TurnEventBody): TurnText {
  switch (event.type) {
    case 'text.delta':
      return { committed: text.committed, open: text.open + event.text };
    case 'text.committed':
      return { committed: text.committed + text.open, open: '' };
    case 'text.voided':
      return { committed: text.committed, open: '' };
    default:
      return text;
  }
}

export function wholeText(text: TurnText): string {
  return text.committed + text.open;
}
