import { ValidatedBy } from '../../common/api/fields.js';

/** Refuses a body that gives both this property and `sibling`, or neither: it could be for either API. */
export function ExcludesSibling(sibling: string): PropertyDecorator {
  return (target, name) => {
    const describeSibling = (value: unknown, object: object) => {
      const isSiblingGiven = isGiven((object as Record<string, unknown>)[sibling]);
      if (isGiven(value) !== isSiblingGiven) return null;
      return isSiblingGiven
        ? `give either ${String(name)} or ${sibling}, not both`
        : `neither ${String(name)} nor ${sibling} is given`;
    };
    ValidatedBy(describeSibling)(target, name);
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
