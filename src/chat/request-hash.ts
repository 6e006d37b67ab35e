import { createHash } from 'node:crypto';
import type { TurnRequest } from './domain/turn-request.js';

/**
 * SHA-256 of a decoded request: equal for bodies that mean the same, whatever the order of their members,
 * and whether they ask for a stream.
 */
export function hashRequest(request: TurnRequest): Buffer {
  return createHash('sha256').update(canonical(request)).digest();
}

/** JSON with the members in order of their names. Requests are shallow: what decodes them bounds their depth. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}
