import { Enum, Example, Integer, Schema, Uuid } from '../../../common/api/fields.js';
import { OpenAiErrorDetailDto } from '../v1-errors.dto.js';

const FINISH_REASONS = ['stop', 'length', 'content_filter', 'tool_calls'] as const;

/** `cancelled` is unknown there: a stopped answer has ended as it should. */
export type OpenAiFinishReason = (typeof FINISH_REASONS)[number];

/** Tokens, as the model server counted them, or estimated. */
export class ChatCompletionUsageDto {
  @Example(12) @Integer({ min: 0 }) prompt_tokens!: number;
  @Example(34) @Integer({ min: 0 }) completion_tokens!: number;
  @Example(46) @Integer({ min: 0 }) total_tokens!: number;
}

/** The answer. */
export class ChatCompletionAnswerDto {
  role!: 'assistant';
  @Example('Send feedback with POST /api/feedback.') content!: string;
  /** What the model thought; absent: it showed nothing @example 'The user asks how to send feedback.' */
  reasoning_content?: string;
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

/** What a chunk adds. */
export class ChatCompletionDeltaDto {
  /** In the first chunk */
  role?: 'assistant';
  /** More text, not cumulative; empty when it only keeps the connection open @example 'Send ' */
  content?: string;
  /** More of what the model thinks, not cumulative @example 'The user asks how to ' */
  reasoning_content?: string;
}

export class ChatCompletionChunkChoiceDto {
  @Integer() index!: 0;
  delta!: ChatCompletionDeltaDto;
  /** `stop`, `length` or `content_filter` in the last chunk of the answer; else null */
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
