import { Enum, Example, Integer, Schema, Uuid } from '../../../common/api/fields.js';
import { OpenAiErrorDetailDto } from '../v1-errors.dto.js';

const FINISH_REASONS = ['stop', 'length', 'content_filter', 'tool_calls', 'function_call'] as const;

/** `cancelled` is unknown there: a stopped answer has ended as it should. */
export type OpenAiFinishReason = (typeof FINISH_REASONS)[number];

/** Tokens, as the model server counted them, or estimated. */
export class ChatCompletionUsageDto {
  @Example(12) @Integer({ min: 0 }) prompt_tokens!: number;
  @Example(34) @Integer({ min: 0 }) completion_tokens!: number;
  @Example(46) @Integer({ min: 0 }) total_tokens!: number;
}

/** The function that a call names. */
export class ChatCompletionFunctionDto {
  /** Of a stream: in the first chunk of the call @example 'get_weather' */
  name!: string;
  /** JSON as the model wrote it: it may be invalid @example '{"city":"Paris"}' */
  arguments!: string;
}

/** A call of a tool that the model wants to be made. */
export class ChatCompletionToolCallDto {
  /** What the message of the role `tool` names as `tool_call_id` @example 'call_9f2c1e' */
  id!: string;
  type!: 'function';
  function!: ChatCompletionFunctionDto;
  /** What the model server wants back with the call, such as the `thought_signature` of Gemini */
  @Schema({ type: 'object', additionalProperties: true }) extra_content?: Record<string, unknown>;
}

/** The answer. */
export class ChatCompletionAnswerDto {
  role!: 'assistant';
  /** null: the answer is calls of tools alone @example 'Send feedback with POST /api/feedback.' */
  content!: string | null;
  /** What the model thought; absent: it showed nothing @example 'The user asks how to send feedback.' */
  reasoning_content?: string;
  /** The tools that the model wants called; absent: none */
  tool_calls?: ChatCompletionToolCallDto[];
  /** In place of `tool_calls` for a request with `functions`: the first call */
  function_call?: ChatCompletionFunctionDto;
  @Example(null, 'Always null') refusal!: string | null;
}

export class ChatCompletionChoiceDto {
  @Integer() index!: 0;
  message!: ChatCompletionAnswerDto;
  @Example('stop') @Enum('ChatCompletionFinishReason', FINISH_REASONS) finish_reason!: OpenAiFinishReason;
}

/** The complete answer. */
export class ChatCompletionDto {
  @Uuid('The turn: feedback, receipt and stop take it as `chat_id`') id!: string;
  object!: 'chat.completion';
  /** The time of the question, in seconds since 1970 @example 1732500000 */
  @Integer() created!: number;
  @Example('chatglm3-6b') model!: string;
  @Schema({ minItems: 1, maxItems: 1 }) choices!: ChatCompletionChoiceDto[];
  usage!: ChatCompletionUsageDto;
}

/** What a chunk adds to the call of a function. */
export class ChatCompletionFunctionDeltaDto {
  /** In the first chunk of the call @example 'get_weather' */
  name?: string;
  /** More of the JSON, not cumulative; empty in the first chunk @example '{"city":' */
  arguments!: string;
}

/** What a chunk adds to a call of a tool. */
export class ChatCompletionToolCallDeltaDto {
  /** Which call: from 0 */
  @Integer({ min: 0 }) index!: number;
  /** In the first chunk of the call, as `type` and the name @example 'call_9f2c1e' */
  id?: string;
  type?: 'function';
  function!: ChatCompletionFunctionDeltaDto;
  /** What the model server wants back with the call */
  @Schema({ type: 'object', additionalProperties: true }) extra_content?: Record<string, unknown>;
}

/** What a chunk adds. */
export class ChatCompletionDeltaDto {
  /** In the first chunk */
  role?: 'assistant';
  /** More text, not cumulative; empty when it only keeps the connection open @example 'Send ' */
  content?: string;
  /** More of what the model thinks, not cumulative @example 'The user asks how to ' */
  reasoning_content?: string;
  /** More of the calls of tools */
  tool_calls?: ChatCompletionToolCallDeltaDto[];
  /** In place of `tool_calls` for a request with `functions` */
  function_call?: ChatCompletionFunctionDeltaDto;
}

export class ChatCompletionChunkChoiceDto {
  @Integer() index!: 0;
  delta!: ChatCompletionDeltaDto;
  /** `stop`, `length`, `content_filter`, `tool_calls` or `function_call` in the last chunk of the answer; else null */
  @Example(null) finish_reason!: string | null;
}

/** A part of the answer. */
export class ChatCompletionChunkDto {
  @Uuid('The turn') id!: string;
  object!: 'chat.completion.chunk';
  /** The time of the question, in seconds since 1970 @example 1732500000 */
  @Integer() created!: number;
  @Example('chatglm3-6b') model!: string;
  /** Empty in the chunk that carries `usage` */
  choices!: ChatCompletionChunkChoiceDto[];
  /** With `stream_options.include_usage`: in the last chunk */
  usage?: ChatCompletionUsageDto;
}

/** The last frame of an answer that failed after its first text or reasoning. */
export class ChatCompletionFailedFrameDto {
  error!: OpenAiErrorDetailDto;
}

/** A model, as the OpenAI API lists it. */
export class OpenAiModelDto {
  /** What a request names as `model` @example 'chatglm3-6b' */
  id!: string;
  object!: 'model';
  @Integer({ description: 'Always 0: unknown', example: 0 }) created!: number;
  @Example('llm-chat-service') owned_by!: string;
}

/** The models that a request may name. */
export class OpenAiModelListDto {
  object!: 'list';
  /** The default model first; never empty */
  data!: OpenAiModelDto[];
}
