import type { TurnEventBody } from './turn-event.js';

/** The text of a reader. `committed` is theirs for good; `open` can still be voided. */
export interface TurnText {
  readonly committed: string;
  readonly open: string;
}

export const EMPTY_TEXT: TurnText = { committed: '', open: '' };

/**
 * The text after some events: dropped on void, kept across commit. By this rule every reader and the record agree.
 * @param before the text that the reader had
 */
export function foldText(events: Iterable<TurnEventBody>, before = EMPTY_TEXT): TurnText {
  let { committed, open } = before;
  for (const event of events) {
    if (event.type === 'text.delta') open += event.text;
    else if (event.type === 'text.committed') {
      committed += open;
      open = '';
    } else if (event.type === 'text.voided') open = '';
  }
  return { committed, open };
}

/** The complete text after some events. */
export function foldAnswer(events: Iterable<TurnEventBody>): string {
  const { committed, open } = foldText(events);
  return committed + open;
}
