import { Enum, Schema } from '../../../common/api/fields.js';

export const COMPLETION_ROLES = ['system', 'developer', 'user', 'assistant'] as const;

/** A part of a message; images and audio are refused. */
export type TextPart = Readonly<{ type: 'text'; text: string }>;

/** One message, as a caller of the OpenAI API sends it. */
export class ChatCompletionMessageDto {
  /** @example 'user' */
  @Enum('ChatCompletionRole', COMPLETION_ROLES) readonly role!: (typeof COMPLETION_ROLES)[number];
  /** Text, or a list of parts `{"type": "text", "text": …}`; other parts are refused @example 'How do I send feedback?' */
  @Schema({ type: 'string' }) readonly content!: string | readonly TextPart[];
}
