import { listFault, ValidatedBy } from '../common/api/fields.js';
import { isLabel, LABEL_RULE } from './template/template-reference.js';

/** Labels that one version can be given when it is saved. */
export const MAX_LABELS = 20;

/** Validates a list of labels. */
export const IsLabelList = () =>
  ValidatedBy((value) => listFault(value, { one: 'label', max: MAX_LABELS }, describeLabelFault), {
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 50 },
    maxItems: MAX_LABELS,
  });

function describeLabelFault(label: unknown): string | null {
  return typeof label === 'string' && isLabel(label) ? null : LABEL_RULE;
}
