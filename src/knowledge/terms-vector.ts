import { documentTerms, type QueryTerm } from '../common/text/terms.js';
import type { DocumentScope } from './document.entity.js';

/** Whose a document is: a client's, or nobody's in particular. */
export type Owner =
  | { readonly scope: Extract<DocumentScope, 'client'>; readonly clientId: string }
  | { readonly scope: Exclude<DocumentScope, 'client'>; readonly clientId: null };

/** Where a passage's terms stand. A term of the title says more than one of the text. */
export interface PassageTexts {
  readonly title: string;
  readonly heading: string | null;
  readonly text: string;
}

/**
 * The lexeme that marks an owner's passages in the index, so that a search reads no other's. No text can
 * produce it: a term of a text has no `@` (see `documentTerms`).
 */
export function ownerLexeme({ scope, clientId }: Owner): string {
  return clientId === null ? `@${scope}` : `@${scope}:${clientId}`;
}

/**
 * Marks the passages whose terms were made by the present rules. To be counted up when the rules for
 * terms or for cutting passages change: what was loaded from files is then indexed anew at its next loading.
 */
export const INDEX_LEXEME = '@index:1';

/** A passage as a `tsvector` literal: the title's terms have label A, the headings' B, the text's D. */
export function toTermsVector({ title, heading, text }: PassageTexts, owner: Owner): string {
  const places = new Map<string, string[]>();
  let position = 0;
  const add = (terms: readonly string[], label: string) => {
    for (const term of terms) {
      position++;
      const known = places.get(term);
      if (known) known.push(`${position}${label}`);
      else places.set(term, [`${position}${label}`]);
    }
  };
  add(documentTerms(title), 'A');
  add(documentTerms(heading ?? ''), 'B');
  add(documentTerms(text), '');
  const lexemes = Array.from(places, ([term, at]) => `${quote(term)}:${at.join(',')}`);
  return [quote(ownerLexeme(owner)), quote(INDEX_LEXEME), ...lexemes].join(' ');
}

/** One term as a `tsquery` literal. */
export function toTermQuery({ term, isPrefix }: Pick<QueryTerm, 'term' | 'isPrefix'>): string {
  return isPrefix ? `${quote(term)}:*` : quote(term);
}

/** The `tsquery` literal for passages of any of the owners. */
export function toOwnerQuery(owners: readonly Owner[]): string {
  return owners.map((owner) => quote(ownerLexeme(owner))).join(' | ');
}

/** As a literal of `tsvector` and `tsquery` wants it: nothing in the term is an operator. */
function quote(lexeme: string): string {
  return `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
