import { TEMPLATE_ALIASES } from './built-in-templates.js';
import { isTemplateName } from './template-name.js';

/** The label of the version that is used where a template is named alone. */
export const PRODUCTION = 'production';

const LATEST = 'latest';

/**
 * Like a template's name, but shorter; nothing that means a version already; and, as there, not `.` or `..`,
 * which clients take out of a path before they send it.
 */
const LABEL = /^(?!\.{1,2}$|latest$|\p{Nd}+$)[\p{L}\p{Nd}._-]{1,50}$/u;

/** The rule above, for the caller whose label breaks it. */
export const LABEL_RULE =
  'must be 1 to 50 letters, digits, dots, underscores and hyphens, not only digits, not only one or two dots, and not "latest"';

const VERSION = /^[1-9]\d{0,9}$/;

/** Of a PostgreSQL integer. */
export const MAX_VERSION = 2_147_483_647;

/** Which version of a template is meant. */
export type VersionReference =
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'version'; readonly version: number }
  /** The newest one, whatever its labels. */
  | { readonly kind: 'latest' };

/** What a `prompt_name` means: `name`, `name@3`, `name@label` or `name@latest`. */
export interface TemplateReference {
  readonly name: string;
  /** null: the text behind the `@` can name no version. */
  readonly at: VersionReference | null;
}

/** Whether a version can have this label. */
export function isLabel(text: string): boolean {
  return LABEL.test(text);
}

/** A name alone means the version in production; null: no template can have this name. */
export function parseReference(text: string): TemplateReference | null {
  const end = text.indexOf('@');
  const name = end < 0 ? text : text.slice(0, end);
  if (!isTemplateName(name)) return null;
  return { name, at: parseVersion(end < 0 ? PRODUCTION : text.slice(end + 1)) };
}

function parseVersion(text: string): VersionReference | null {
  if (text === LATEST) return { kind: 'latest' };
  if (VERSION.test(text) && Number(text) <= MAX_VERSION) return { kind: 'version', version: Number(text) };
  return isLabel(text) ? { kind: 'label', label: text } : null;
}

export function isProduction(at: VersionReference | null): boolean {
  return at?.kind === 'label' && at.label === PRODUCTION;
}

/**
 * The one way to say what can be said in several: an alias as the name it means if nothing is kept under
 * it, and `@production` not at all.
 */
export function canonicalReference(text: string): string {
  const reference = parseReference(text);
  if (!reference) return text;
  const { name, at } = reference;
  return (TEMPLATE_ALIASES.get(name) ?? name) + (isProduction(at) ? '' : text.slice(name.length));
}

/** The names that the template of a `prompt_name` may be kept under: its own, and for an alias the name that it means. */
export function keptNames(text: string): readonly string[] {
  const name = parseReference(text)?.name ?? text;
  const aliased = TEMPLATE_ALIASES.get(name);
  return aliased === undefined ? [name] : [name, aliased];
}
