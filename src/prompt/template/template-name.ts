/**
 * 1 to 100 letters of any script, digits, `.`, `_` and `-`; `.` and `..` are left out because clients
 * take them out of a path before they send it.
 */
export const TEMPLATE_NAME = /^(?!\.{1,2}$)[\p{L}\p{Nd}._-]{1,100}$/u;

/** The rule above, for the caller whose name breaks it. */
export const TEMPLATE_NAME_RULE =
  'must be 1 to 100 letters, digits, dots, underscores and hyphens, and not only one or two dots; without a version or label';

/** Whether a template can have this name. No other text needs to be looked up: none is stored. */
export function isTemplateName(name: string): boolean {
  return TEMPLATE_NAME.test(name);
}
