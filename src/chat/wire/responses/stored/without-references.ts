import type { ModelMessage } from '../../../../llm/completion.js';
import { asObject } from '../request/response-tools.js';

/**
 * Stored messages as a model can be given them again: what was sent as data is kept by its size and hash alone, and a text
 * says so in its place.
 */
export function withoutReferences(messages: readonly ModelMessage[]): ModelMessage[] {
  return messages.map((message) => {
    const { content } = message;
    return Array.isArray(content) ? { ...message, content: content.map(toPart) } : message;
  });
}

function toPart(part: unknown): unknown {
  const reference = Object.values(asObject(part)).flatMap(findReference)[0];
  if (!reference) return part;
  const { kind, size } = reference;
  return { type: 'text', text: `[An earlier ${String(kind)} of ${String(size)} bytes, which is not kept]` };
}

function findReference(value: unknown): Readonly<Record<string, unknown>>[] {
  return Object.values(asObject(value))
    .map(asObject)
    .filter(({ kind, sha256 }) => typeof kind === 'string' && typeof sha256 === 'string');
}
