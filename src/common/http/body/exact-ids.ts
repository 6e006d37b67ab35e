/** Members whose numbers are names: none of their digits may be lost. */
const ID_MEMBERS = new Set(['user_id', 'conversation_id', 'conversation_name', 'uid']);

const LONG_NUMBER = /\d{16}/;

/**
 * Parses JSON, and gives ids that a JavaScript number would round as the text of their digits: Java's `long` and snowflake
 * ids have 19, and two end users would become one. Node.js 20 does not say how a number was written: there it stays
 * rounded, and is refused.
 * @throws SyntaxError
 */
export function parseWithExactIds(json: string): unknown {
  return LONG_NUMBER.test(json) ? (JSON.parse(json, keepDigits) as unknown) : (JSON.parse(json) as unknown);
}

function keepDigits(member: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !ID_MEMBERS.has(member)) return value;
  const digits = context?.source ?? '';
  return /^-?\d+$/.test(digits) ? digits : value;
}
