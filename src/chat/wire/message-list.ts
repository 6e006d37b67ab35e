import { describeTextFault } from '../../common/text/storable-text.js';

const MAX_MESSAGES = 1_000;
const MAX_CONTENT_CHARACTERS = 100_000;

/** What is wrong with a list of messages, each of one of `roles`, or null. Never repeats a message. */
export function describeMessagesFault(
  messages: readonly unknown[],
  roles: ReadonlySet<string>,
): string | null {
  if (messages.length > MAX_MESSAGES) return `must have at most ${MAX_MESSAGES} messages`;
  for (const [index, message] of messages.entries()) {
    const fault = describeMessageFault(message, roles);
    if (fault !== null) return `message ${index}: ${fault}`;
  }
  return null;
}

function describeMessageFault(message: unknown, roles: ReadonlySet<string>): string | null {
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    return 'must be {role, content}';
  const { role, content } = message as { role?: unknown; content?: unknown };
  if (typeof role !== 'string' || !roles.has(role)) return 'role must be user, assistant or system';
  const fault = describeTextFault(content, { max: MAX_CONTENT_CHARACTERS });
  return fault === null ? null : `content ${fault}`;
}
