import { listFault } from '../../common/api/fields.js';
import { describeTextFault } from '../../common/text/storable-text.js';

export const MAX_MESSAGES = 1_000;
export const MAX_MESSAGE_CHARACTERS = 100_000;

/** What is wrong with a list of messages, each of one of `roles`, or null. Never repeats a message. */
export function describeMessagesFault(
  value: unknown,
  roles: readonly string[],
  describeContent: (content: unknown) => string | null = describeText,
): string | null {
  return listFault(value, { one: 'message', of: '{role, content}', max: MAX_MESSAGES }, (message) => {
    if (typeof message !== 'object' || message === null || Array.isArray(message))
      return 'must be {role, content}';
    const { role, content } = message as { role?: unknown; content?: unknown };
    if (!roles.includes(role as string)) return `role must be one of ${roles.join(', ')}`;
    const fault = describeContent(content);
    return fault === null ? null : `content ${fault}`;
  });
}

function describeText(content: unknown): string | null {
  return describeTextFault(content, { max: MAX_MESSAGE_CHARACTERS });
}
