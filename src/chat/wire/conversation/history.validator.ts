import { ValidatedBy } from '../../../common/api/validated-by.js';
import { describeMessagesFault } from '../message-list.js';

const ROLES = new Set(['user', 'assistant', 'system', 'human', 'ai']);

/** What is wrong with a variant A `history`, a whole number or a list of messages, or null. */
export function describeHistoryFault(value: unknown): string | null {
  if (Array.isArray(value)) return describeMessagesFault(value, ROLES);
  return Number.isSafeInteger(value) ? null : 'must be a whole number or a list of {role, content}';
}

/** Validates a `history` of the Conversation API. */
export const IsHistory = () => ValidatedBy('isHistory', { describe: describeHistoryFault });
