import { registerDecorator, type ValidationArguments } from 'class-validator';
import { describeTextFault } from '../../../common/text/storable-text.js';

const ROLES = new Set(['user', 'assistant', 'system', 'human', 'ai']);
const MAX_MESSAGES = 1_000;
const MAX_CONTENT_CHARACTERS = 100_000;

/** What is wrong with a variant A `history`, a whole number or a list of messages, or null. */
export function describeHistoryFault(value: unknown): string | null {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? null : 'must be a whole number or a list of {role, content}';
  }
  if (!Array.isArray(value)) return 'must be a whole number or a list of {role, content}';
  if (value.length > MAX_MESSAGES) return `must have at most ${MAX_MESSAGES} messages`;
  for (const [index, message] of value.entries()) {
    const fault = describeMessageFault(message);
    if (fault !== null) return `message ${index}: ${fault}`;
  }
  return null;
}

function describeMessageFault(message: unknown): string | null {
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    return 'must be {role, content}';
  const { role, content } = message as { role?: unknown; content?: unknown };
  if (typeof role !== 'string' || !ROLES.has(role)) return 'role must be user, assistant or system';
  const fault = describeTextFault(content, { max: MAX_CONTENT_CHARACTERS });
  return fault === null ? null : `content ${fault}`;
}

/** Validates a `history` of variant A. */
export function IsHistory(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isHistory',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value: unknown) => describeHistoryFault(value) === null,
        defaultMessage: (args?: ValidationArguments) => describeHistoryFault(args?.value) ?? 'is not valid',
      },
    });
}
