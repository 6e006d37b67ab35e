import { ValidatedBy } from '../common/api/validated-by.js';
import { isLabel, LABEL_RULE } from './template/template-reference.js';

/** Labels that one version can be given when it is saved. */
export const MAX_LABELS = 20;

/** The fault of a list of labels and how to correct it, or null. Never repeats a label. */
export function describeLabelsFault(value: unknown): string | null {
  if (!Array.isArray(value)) return 'must be a list of labels';
  if (value.length > MAX_LABELS) return `must have at most ${MAX_LABELS} labels`;
  const wrong = value.findIndex((label) => typeof label !== 'string' || !isLabel(label));
  return wrong < 0 ? null : `label ${wrong}: ${LABEL_RULE}`;
}

/** Validates a list of labels. */
export const IsLabelList = () =>
  ValidatedBy('isLabelList', {
    describe: describeLabelsFault,
    schema: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 50 }, maxItems: MAX_LABELS },
  });
