import { toStorable } from './storable-text.js';

/**
 * What keeps plain JSON from being sent on as it is, or null: numbers that JSON reads as infinite. Recurses: the reader of
 * bodies bounds how deep they are nested.
 */
export function describeJsonFault(value: unknown): string | null {
  if (typeof value === 'number')
    return Number.isFinite(value) ? null : 'must not contain a number that is too large';
  if (typeof value !== 'object' || value === null) return null;
  for (const one of Object.values(value) as unknown[]) {
    const fault = describeJsonFault(one);
    if (fault !== null) return fault;
  }
  return null;
}

/** With U+FFFD for half surrogate pairs, for which model servers refuse a body. Without any it is the given value itself. */
export function toWellFormedJson<Value>(value: Value): Value {
  return mapTexts(value, (text) => text.toWellFormed()) as Value;
}

/** With U+FFFD for all that PostgreSQL does not store in jsonb. Without any it is the given value itself. */
export function toStorableJson<Value>(value: Value): Value {
  return mapTexts(value, toStorable) as Value;
}

/** Maps texts and names of members. Recurses, as {@link describeJsonFault}. */
function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value);
  if (Array.isArray(value)) {
    const mapped = value.map((one) => mapTexts(one, map));
    return mapped.every((one, index) => one === value[index]) ? value : mapped;
  }
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value);
  const mapped = members.map(([name, member]) => [map(name), mapTexts(member, map)] as const);
  const isSame = mapped.every(([name, member], at) => name === members[at]![0] && member === members[at]![1]);
  return isSame ? value : Object.fromEntries(mapped);
}

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
