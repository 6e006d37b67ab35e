import { ValidatedBy } from '../../../common/api/fields.js';
import type { Role } from '../../../llm/completion.js';
import { describeMessagesFault } from '../message-list.js';

/** The roles of a message that a model gets. */
export const PROMPT_ROLES = ['user', 'assistant', 'system'] as const satisfies readonly Role[];

/** Validates a list of messages. */
export const IsMessages = () => ValidatedBy((value) => describeMessagesFault(value, PROMPT_ROLES));
