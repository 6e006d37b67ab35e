import { describeTextFault } from './storable-text.js';

/**
 * What keeps plain JSON from being stored as jsonb, sent on and read back as it is, or null: NUL and half surrogate pairs in its
 * texts and names, and numbers that JSON reads as infinite. Recurses: the reader of bodies bounds how deep they are nested.
 */
export function describeJsonFault(value: unknown): string | null {
  if (typeof value === 'string') return describeTextFault(value, { max: Infinity });
  if (typeof value === 'number')
    return Number.isFinite(value) ? null : 'must not contain a number that is too large';
  if (typeof value !== 'object' || value === null) return null;
  return Array.isArray(value)
    ? firstFault(value)
    : (firstFault(Object.keys(value)) ?? firstFault(Object.values(value)));
}

function firstFault(values: readonly unknown[]): string | null {
  for (const value of values) {
    const fault = describeJsonFault(value);
    if (fault !== null) return fault;
  }
  return null;
}

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
