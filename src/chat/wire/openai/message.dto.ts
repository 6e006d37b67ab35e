import { Enum, Schema } from '../../../common/api/fields.js';

export const COMPLETION_ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const;

/** With a name and a member: of a list of any objects in a union openapi-generator makes Java that does not compile. */
const PART = {
  title: 'ChatCompletionPart',
  type: 'object',
  properties: { type: { type: 'string', example: 'text' } },
  additionalProperties: true,
} as const;
const OBJECTS = { type: 'array', items: { type: 'object', additionalProperties: true } } as const;
const CONTENT = {
  title: 'ChatCompletionContent',
  oneOf: [{ type: 'string' }, { type: 'array', items: PART }],
};

/**
 * One message, as a caller of the OpenAI API sends it. The model server gets it with all of its members, also with those
 * that are not listed.
 */
export class ChatCompletionMessageDto {
  /** @example 'user' */
  @Enum('ChatCompletionRole', COMPLETION_ROLES) readonly role!: (typeof COMPLETION_ROLES)[number];
  /**
   * Text, or a list of parts: `{"type": "text", "text": …}`, `image_url`, `input_audio`, `file`, and whatever else the model
   * server takes. May be null in a message of the assistant with `tool_calls`, and in that of a tool @example 'How do I send feedback?'
   */
  @Schema(CONTENT) readonly content?: unknown;
  /** Who speaks, where several have the same role */
  readonly name?: string | null;
  /** Of the role `tool`: the call whose result it is */
  readonly tool_call_id?: string | null;
  /** Of the role `assistant`: the calls that the model asked for */
  @Schema(OBJECTS) readonly tool_calls?: Record<string, unknown>[] | null;
  /** Of the role `assistant`, in place of `tool_calls`: the former form of one call */
  readonly function_call?: Record<string, unknown> | null;
}
