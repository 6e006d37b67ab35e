import { ValidatedBy } from '../../../common/api/fields.js';
import { describeMessagesFault } from '../message-list.js';

export const HISTORY_ROLES = ['user', 'assistant', 'system', 'human', 'ai'] as const;

/** Validates a `history` of the Conversation API: a whole number, or a list of messages. */
export const IsHistory = () => ValidatedBy(describeHistoryFault);

function describeHistoryFault(value: unknown): string | null {
  if (Array.isArray(value)) return describeMessagesFault(value, HISTORY_ROLES);
  return Number.isSafeInteger(value) ? null : 'must be a whole number or a list of {role, content}';
}
