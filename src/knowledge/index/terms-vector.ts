import { documentTerms, type QueryTerm } from '../../common/text/terms.js';
import type { DocumentScope } from '../documents/document.entity.js';

/** The owner of a document: a client, or none in particular. */
export type Owner =
  | { readonly scope: Extract<DocumentScope, 'client'>; readonly clientId: string }
  | { readonly scope: Exclude<DocumentScope, 'client'>; readonly clientId: null };

/** Where a passage's terms stand. A term of a heading says more than one of the text. */
export interface PassageTexts {
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
 * terms or for cutting passages change: documents from files are then indexed again at their next loading.
 */
export const INDEX_LEXEME = '@index:2';

/** A passage as a `tsvector` literal: the headings' terms have label B, the text's D. */
export function toTermsVector({ heading, text }: PassageTexts, owner: Owner): string {
  const places = new Places();
  places.add(documentTerms(heading ?? ''), 'B');
  places.add(documentTerms(text), '');
  return [quote(ownerLexeme(owner)), quote(INDEX_LEXEME), ...places.lexemes()].join(' ');
}

/** A title as a `tsvector` literal with label A: a search puts it in front of those of the document's passages. */
export function toTitleVector(title: string, owner: Owner): string {
  const places = new Places();
  places.add(documentTerms(title), 'A');
  return [quote(ownerLexeme(owner)), ...places.lexemes()].join(' ');
}

/** The positions of each term, from 1. */
class Places {
  private readonly places = new Map<string, string[]>();
  private position = 0;

  add(terms: readonly string[], label: string): void {
    for (const term of terms) {
      this.position++;
      const known = this.places.get(term);
      if (known) known.push(`${this.position}${label}`);
      else this.places.set(term, [`${this.position}${label}`]);
    }
  }

  lexemes(): string[] {
    return Array.from(this.places, ([term, at]) => `${quote(term)}:${at.join(',')}`);
  }
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
