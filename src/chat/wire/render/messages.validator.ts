import { ValidatedBy } from '../../../common/api/validated-by.js';
import type { Role } from '../../../llm/completion.js';
import { describeMessagesFault } from '../message-list.js';

/** The roles of a message that a model gets. */
export const ROLES = ['user', 'assistant', 'system'] as const satisfies readonly Role[];

const KNOWN_ROLES: ReadonlySet<string> = new Set(ROLES);

/** What is wrong with a list of messages, or null. */
export function describeListFault(value: unknown): string | null {
  return Array.isArray(value)
    ? describeMessagesFault(value, KNOWN_ROLES)
    : 'must be a list of {role, content}';
}

/** Validates a list of messages. */
export const IsMessages = () => ValidatedBy('isMessages', { describe: describeListFault });
