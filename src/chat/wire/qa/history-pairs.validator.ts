import { describeListFault, ValidatedBy } from '../../../common/api/fields.js';
import { describeTextFault } from '../../../common/text/storable-text.js';

const LIST = { one: 'pair', of: '[question, answer] pairs', max: 500 };
const MAX_CHARACTERS = 100_000;

/** Validates a `history` of the QA API. */
export const IsHistoryPairs = () =>
  ValidatedBy((value) => describeListFault(value, LIST, describePairFault), {
    type: 'array',
    items: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 },
  });

function describePairFault(pair: unknown): string | null {
  if (!Array.isArray(pair) || pair.length !== 2) return 'must be [question, answer]';
  const faults = pair.map((text) => describeTextFault(text, { max: MAX_CHARACTERS }));
  const fault = faults.find((found) => found !== null);
  return fault ? `each text ${fault}` : null;
}
