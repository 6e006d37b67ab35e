import { ValidatedBy } from '../../../common/api/validated-by.js';
import { describeTextFault } from '../../../common/text/storable-text.js';

const MAX_PAIRS = 500;
const MAX_CHARACTERS = 100_000;

/** What is wrong with a variant B `history`, a list of [question, answer], or null. */
export function describePairsFault(value: unknown): string | null {
  if (!Array.isArray(value)) return 'must be a list of [question, answer] pairs';
  if (value.length > MAX_PAIRS) return `must have at most ${MAX_PAIRS} pairs`;
  for (const [index, pair] of value.entries()) {
    if (!Array.isArray(pair) || pair.length !== 2) return `pair ${index}: must be [question, answer]`;
    const fault = pair
      .map((text) => describeTextFault(text, { max: MAX_CHARACTERS }))
      .find((found) => found !== null);
    if (fault) return `pair ${index}: each text ${fault}`;
  }
  return null;
}

/** Validates a `history` of the QA API. */
export const IsHistoryPairs = () =>
  ValidatedBy('isHistoryPairs', {
    describe: describePairsFault,
    schema: { type: 'array', items: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 } },
  });
