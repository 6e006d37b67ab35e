import { ValidatedBy } from '../../../common/api/fields.js';
import { describeTextFault } from '../../../common/text/storable-text.js';
import { describeMessagesFault, MAX_MESSAGE_CHARACTERS, MAX_MESSAGES } from '../message-list.js';
import { type ChatCompletionMessageDto, COMPLETION_ROLES, type TextPart } from './message.dto.js';

/** Validates `messages` of the OpenAI API: text alone, the question last. */
export const IsOpenAiMessages = () =>
  ValidatedBy(describeQuestionFault, { minItems: 1, maxItems: MAX_MESSAGES });

/** The text of a message; its parts follow each other without anything between. */
export function textOfMessage({ content }: ChatCompletionMessageDto): string {
  return typeof content === 'string' ? content : content.map(({ text }) => text).join('');
}

function describeQuestionFault(value: unknown): string | null {
  if (!Array.isArray(value) || value.length === 0) return 'must be a list of one or more {role, content}';
  const fault = describeMessagesFault(value, COMPLETION_ROLES, describeContentFault);
  if (fault !== null) return fault;
  const last = value.at(-1) as ChatCompletionMessageDto;
  if (last.role !== 'user') return 'the last message must be the question: its role must be user';
  return textOfMessage(last) === '' ? 'the last message must not be empty' : null;
}

function describeContentFault(content: unknown): string | null {
  if (typeof content !== 'string' && !(Array.isArray(content) && content.every(isTextPart)))
    return 'must be a string or a list of {"type": "text", "text": …}';
  return describeTextFault(textOfMessage({ role: 'user', content }), { max: MAX_MESSAGE_CHARACTERS });
}

function isTextPart(part: unknown): part is TextPart {
  if (typeof part !== 'object' || part === null) return false;
  const { type, text } = part as { type?: unknown; text?: unknown };
  return type === 'text' && typeof text === 'string';
}
