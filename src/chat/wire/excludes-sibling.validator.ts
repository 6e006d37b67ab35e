import { ValidatedBy } from '../../common/api/fields.js';

/** Refuses a body that gives both this property and `sibling`, or neither: it could be for either API. */
export const ExcludesSibling = (sibling: string) =>
  ValidatedBy((value, { object, property }) => {
    const isSiblingGiven = isGiven((object as Record<string, unknown>)[sibling]);
    if (isGiven(value) !== isSiblingGiven) return null;
    if (!isSiblingGiven) return `neither ${property} nor ${sibling} is given`;
    return `give either ${property} or ${sibling}, not both`;
  });

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
