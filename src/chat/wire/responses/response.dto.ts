import { ApiSchema } from '@nestjs/swagger';
import { Enum, Example, Integer, Schema } from '../../../common/api/fields.js';

const STATUSES = ['in_progress', 'completed', 'incomplete', 'failed', 'cancelled'] as const;
const ITEM_STATUSES = ['in_progress', 'completed', 'incomplete'] as const;
const ITEM_TYPES = ['message', 'reasoning', 'function_call', 'custom_tool_call'] as const;
const PART_TYPES = ['output_text', 'reasoning_text', 'summary_text'] as const;

type JsonObject = Record<string, unknown>;
const AnyObject = (description: string, example?: object) =>
  Schema({ type: 'object', additionalProperties: true, description, example });
const TEXT_OR_OBJECT = [{ type: 'string' }, { type: 'object', additionalProperties: true }];
const OBJECTS = { type: 'array', items: { type: 'object', additionalProperties: true } } as const;

export const EXAMPLE_RESPONSE_ID = 'resp_01938f5e7a307cc08d2b0a4e5c1f9b11';

/** A part of an item: its text. */
export class ResponsePartDto {
  @Example('output_text') @Enum('ResponsePartType', PART_TYPES) type!: (typeof PART_TYPES)[number];
  @Example('Send feedback with POST /api/feedback.') text!: string;
  /** Of `output_text`: always empty */
  @Schema(OBJECTS) annotations?: JsonObject[];
  /** Of `output_text`: always empty */
  @Schema(OBJECTS) logprobs?: JsonObject[];
}

/** An item of the output; `type` says which members it has. */
export class ResponseItemDto {
  @Example('message') @Enum('ResponseItemType', ITEM_TYPES) type!: (typeof ITEM_TYPES)[number];
  @Example('msg_01938f5e7a307cc08d2b0a4e5c1f9b11_0') id!: string;
  /** Absent for `reasoning` */
  @Enum('ResponseItemStatus', ITEM_STATUSES) status?: (typeof ITEM_STATUSES)[number];
  /** Of a message */
  role?: 'assistant';
  /** Of a message, and of reasoning */
  content?: ResponsePartDto[];
  /** Of reasoning: the same text as `content`, for clients that show summaries only */
  summary?: ResponsePartDto[];
  /** Of a call: what its output names @example 'call_1' */
  call_id?: string;
  /** Of a call: the tool @example 'get_weather' */
  name?: string;
  /** Of a call: the namespace of the tool, where it has one */
  namespace?: string;
  /** Of a function call: JSON @example '{}' */
  arguments?: string;
  @AnyObject('Of a call: what the model server wants back with it', {}) extra_content?: JsonObject;
  /** Of a custom tool call: free text */
  input?: string;
}

export class ResponseIncompleteDetailsDto {
  @Example('max_output_tokens') reason!: string;
}

/** Why a response failed. */
export class ResponseErrorDto {
  @Example('model_failed') code!: string;
  @Example('The model server failed.') message!: string;
}

export class ResponseInputTokensDetailsDto {
  @Integer({ min: 0, description: 'Always 0: unknown', example: 0 }) cached_tokens!: number;
}

export class ResponseOutputTokensDetailsDto {
  @Integer({ min: 0, description: 'Always 0: unknown', example: 0 }) reasoning_tokens!: number;
}

/** Tokens, as the model server counted them, or estimated. */
export class ResponseUsageDto {
  @Example(12) @Integer({ min: 0 }) input_tokens!: number;
  input_tokens_details!: ResponseInputTokensDetailsDto;
  @Example(34) @Integer({ min: 0 }) output_tokens!: number;
  output_tokens_details!: ResponseOutputTokensDetailsDto;
  @Example(46) @Integer({ min: 0 }) total_tokens!: number;
}

/** The conversation of a response. */
export class ResponseConversationDto {
  @Example('conv456') id!: string;
}

@ApiSchema({ description: 'A response: what was asked for, and the answer' })
export class ResponseObjectDto {
  /** `resp_` and the UUID of the turn without hyphens @example 'resp_01938f5e7a307cc08d2b0a4e5c1f9b11' */
  id!: string;
  object!: 'response';
  /** The time of the question, in seconds since 1970 @example 1732500000 */
  @Integer() created_at!: number;
  @Integer({ description: 'Always null: unknown', example: null }) completed_at!: number | null;
  @Example('completed') @Enum('ResponseStatus', STATUSES) status!: (typeof STATUSES)[number];
  @Schema({ title: 'ResponseIncomplete' }) incomplete_details!: ResponseIncompleteDetailsDto | null;
  @Example('chatglm3-6b') model!: string;
  @Example(null) previous_response_id!: string | null;
  @Example(null) instructions!: string | null;
  output!: ResponseItemDto[];
  @Schema({ title: 'ResponseFailure' }) error!: ResponseErrorDto | null;
  /** The tools that were offered to the model */
  @Schema(OBJECTS) tools!: JsonObject[];
  /** `none`, `auto` or `required`, or an object that names a tool */
  @Schema({ title: 'ResponseToolChoice', oneOf: TEXT_OR_OBJECT, example: 'auto' }) tool_choice!:
    string | JsonObject;
  /** Always `disabled`: the service cuts nothing @example 'disabled' */
  truncation!: string;
  parallel_tool_calls!: boolean;
  @AnyObject('The format of the answer; a schema is not repeated', { format: { type: 'text' } })
  text!: JsonObject;
  @Example(1) top_p!: number;
  @Example(0) presence_penalty!: number;
  @Example(0) frequency_penalty!: number;
  @Integer({ description: 'Always 0', example: 0 }) top_logprobs!: number;
  @Example(1) temperature!: number;
  @Schema({ type: 'object', additionalProperties: true, nullable: true, example: null })
  reasoning!: JsonObject | null;
  /** Null while it is in progress, and when it failed */
  @Schema({ title: 'ResponseTokens' }) usage!: ResponseUsageDto | null;
  @Integer({ example: null }) max_output_tokens!: number | null;
  @Integer({ example: null }) max_tool_calls!: number | null;
  store!: boolean;
  /** Always false */
  background!: boolean;
  @Example('default') service_tier!: string;
  @AnyObject('As it was sent', {}) metadata!: JsonObject;
  @Example(null) safety_identifier!: string | null;
  @Example(null) prompt_cache_key!: string | null;
  /** Null: it belongs to none */
  @Schema({ title: 'ResponseOfConversation' }) conversation!: ResponseConversationDto | null;
}

/** What is left of a response that was deleted. */
export class DeletedResponseDto {
  @Example(EXAMPLE_RESPONSE_ID) id!: string;
  object!: 'response';
  @Example(true) deleted!: boolean;
}

/** What the model was given. */
export class ResponseInputListDto {
  object!: 'list';
  /** Messages, calls and their outputs, oldest first */
  @Schema(OBJECTS) data!: JsonObject[];
  @Schema({ example: null }) first_id!: string | null;
  @Schema({ example: null }) last_id!: string | null;
  /** Always false: the list is complete */
  has_more!: boolean;
}
