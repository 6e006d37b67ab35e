import type { ApiPropertyOptions } from '@nestjs/swagger';
import { ValidatedBy } from '../../common/api/fields.js';
import { isStorable } from '../../common/text/storable-text.js';
import { MAX_METADATA_BYTES } from './document-limits.js';

/** What an owner may store with a document: it comes back with every passage that is found. */
export type DocumentMetadata = Record<string, string | number | boolean | null>;

/** What the document says of it. */
export const METADATA_SCHEMA: ApiPropertyOptions = {
  type: 'object',
  additionalProperties: {
    title: 'MetadataValue',
    oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }, { type: 'null' }],
  },
  example: { department: 'sales' },
};

/** More of the shortest ones (`"abc":0,`) do not fit the permitted bytes. */
const MAX_METADATA_MEMBERS = 3_000;

/** A validator asks twice: whether something is wrong, and what. */
const knownFaults = new WeakMap<object, string | null>();

/** The fault of `value` as metadata and how to correct it, or null. Repeats neither names nor values. */
export function describeMetadataFault(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object';
  const known = knownFaults.get(value);
  if (known !== undefined) return known;
  const fault = describeObjectFault(value);
  knownFaults.set(value, fault);
  return fault;
}

function describeObjectFault(value: object): string | null {
  const count = Object.keys(value).length;
  // Before anything is made of them: a megabyte of members takes tenths of a second at each look.
  if (count > MAX_METADATA_MEMBERS)
    return `must have at most ${MAX_METADATA_BYTES} bytes as JSON, but has ${count} members`;
  const entries: [string, unknown][] = Object.entries(value);
  // Each takes five bytes at least: to look at all 100,000 that a body may have would block the process.
  if (entries.length > MAX_METADATA_BYTES / 5) return `must have at most ${MAX_METADATA_BYTES} bytes as JSON`;
  if (entries.some(([, member]) => typeof member === 'object' && member !== null)) {
    return 'must be flat: strings, numbers, booleans and null, but no objects or lists';
  }
  if (
    entries.some(([name, member]) => !isStorable(name) || (typeof member === 'string' && !isStorable(member)))
  ) {
    return 'must not contain the character NUL (U+0000) or a surrogate without its pair, in names or values';
  }
  if (entries.some(([, member]) => typeof member === 'number' && !Number.isFinite(member))) {
    // JSON's 1e400 is read as Infinity, and would be stored as null.
    return 'must not contain a number that is too large';
  }
  const size = Buffer.byteLength(JSON.stringify(value));
  return size > MAX_METADATA_BYTES
    ? `must have at most ${MAX_METADATA_BYTES} bytes as JSON, but has ${size}`
    : null;
}

/** Validates that a property is a flat object that can be stored as it is. */
export const IsDocumentMetadata = () => ValidatedBy(describeMetadataFault, METADATA_SCHEMA);
