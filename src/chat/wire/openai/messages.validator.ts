import { ValidatedBy } from '../../../common/api/validated-by.js';
import { describeTextFault } from '../../../common/text/storable-text.js';
import { type ChatCompletionMessageDto, ROLES } from './message.dto.js';

const MAX_MESSAGES = 1_000;
const MAX_CONTENT_CHARACTERS = 100_000;
const PARTS = 'must be a string or a list of {"type": "text", "text": …}';

/** The text of a message; its parts follow each other without anything between. */
export function textOf({ content }: ChatCompletionMessageDto): string {
  return typeof content === 'string' ? content : content.map(({ text }) => text).join('');
}

/** What is wrong with `messages`, or null. */
export function describeMessagesFault(value: unknown): string | null {
  if (!Array.isArray(value) || value.length === 0) return 'must be a list of one or more {role, content}';
  if (value.length > MAX_MESSAGES) return `must have at most ${MAX_MESSAGES} messages`;
  for (const [index, message] of value.entries()) {
    const fault = describeMessageFault(message);
    if (fault !== null) return `message ${index}: ${fault}`;
  }
  const last = value.at(-1) as ChatCompletionMessageDto;
  if (last.role !== 'user') return 'the last message must be the question: its role must be user';
  return textOf(last) === '' ? 'the last message must not be empty' : null;
}

function describeMessageFault(message: unknown): string | null {
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    return 'must be {role, content}';
  const { role, content } = message as { role?: unknown; content?: unknown };
  if (!ROLES.includes(role as ChatCompletionMessageDto['role']))
    return `role must be one of ${ROLES.join(', ')}`;
  const fault = describeContentFault(content);
  return fault === null ? null : `content ${fault}`;
}

function describeContentFault(content: unknown): string | null {
  if (typeof content === 'string') return describeTextFault(content, { max: MAX_CONTENT_CHARACTERS });
  if (!Array.isArray(content)) return PARTS;
  if (!content.every(isTextPart)) return PARTS;
  return describeTextFault(content.map(({ text }) => text).join(''), { max: MAX_CONTENT_CHARACTERS });
}

function isTextPart(part: unknown): part is { text: string } {
  if (typeof part !== 'object' || part === null) return false;
  const { type, text } = part as { type?: unknown; text?: unknown };
  return type === 'text' && typeof text === 'string';
}

/** Validates `messages` of the OpenAI API: text alone, the question last. */
export const IsOpenAiMessages = () =>
  ValidatedBy('isOpenAiMessages', {
    describe: describeMessagesFault,
    schema: { minItems: 1, maxItems: MAX_MESSAGES },
  });
