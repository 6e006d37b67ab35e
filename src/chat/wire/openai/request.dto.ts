import { ApiHideProperty } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { Example, IsAnyText, IsInteger, IsNumberIn, IsText } from '../../../common/api/fields.js';
import { ChatCompletionMessageDto } from './message.dto.js';
import { IsOpenAiMessages } from './messages.validator.js';
import {
  DeclaresPassedParameters,
  IsMetadata,
  IsRefused,
  IsResponseFormat,
  IsStop,
  IsStreamOptions,
  IsTextModality,
} from './parameters.validator.js';
import { IsFlag, IsFunctionCall, IsFunctions, IsToolChoice, IsTools } from './request/tools.validator.js';

const MAX_TOKENS = 2_147_483_647;
const ONE_ANSWER = 'must be 1: there is one answer. Send the request again for another one';
const LEAVE_OUT = 'leave it out';
type JsonObject = Record<string, unknown>;

/** What a stream is to have beside its text. */
export class ChatCompletionStreamOptionsDto {
  /** A last chunk with `usage` */
  include_usage?: boolean | null;
}

/**
 * The body of `POST /v1/chat/completions`. Further parameters that OpenAI, vLLM and Ollama document, such as
 * `reasoning_effort`, `top_k` and `chat_template_kwargs`, go to the model server as they are; other members that are not
 * listed are ignored. A model may take fewer parameters: then 400 names the one to leave out.
 */
@DeclaresPassedParameters()
export class ChatCompletionRequestDto {
  /** The dialogue so far, in any order of roles: the model server gets exactly these messages. The limit on the body is the only one. */
  @IsOpenAiMessages() messages!: ChatCompletionMessageDto[];
  /** A model that `GET /v1/models` lists; absent: the first of them @example 'builtin' */
  @IsOptional() @IsText({ max: 200 }) model?: string | null;
  /** Chunks as SSE (是否流式输出); ignored on `/v1/chat/completions/stream`, which generated clients use @example false */
  @IsOptional() @IsBoolean({ message: 'must be true or false' }) stream?: boolean | null;
  @IsOptional() @IsStreamOptions() stream_options?: ChatCompletionStreamOptionsDto;
  @Example(0.8) @IsOptional() @IsNumberIn({ min: 0, max: 2 }) temperature?: number | null;
  @IsOptional() @IsNumberIn({ min: 0, max: 1 }) top_p?: number | null;
  /** Most tokens to generate (最大Token数); absent or 0: the model's @example 1024 */
  @IsOptional() @IsInteger({ min: 0, max: MAX_TOKENS }) max_completion_tokens?: number | null;
  /** The former name of `max_completion_tokens` */
  @IsOptional() @IsInteger({ min: 0, max: MAX_TOKENS }) max_tokens?: number | null;
  /** Where the model stops; a single string is accepted too */
  @IsOptional() @IsStop() stop?: string | string[] | null;
  @IsOptional() @IsNumberIn({ min: -2, max: 2 }) presence_penalty?: number | null;
  @IsOptional() @IsNumberIn({ min: -2, max: 2 }) frequency_penalty?: number | null;
  @IsOptional() @IsInteger() seed?: number | null;
  /** Goes to the model server unchanged: an object with a `type` */
  @Example({ type: 'text' }) @IsOptional() @IsResponseFormat() response_format?: JsonObject | null;
  /** The end user, within the calling client (用户的ID); of more than 128 characters, its SHA-256 in its place @example 'user123' */
  @IsOptional() @IsAnyText() user?: string | null;
  /**
   * `conversation_id`: the conversation of the question; without earlier messages in the request, the model gets its stored
   * rounds. `conversation_name`: the name of a new conversation. `prompt_name`: a prompt template in place of system
   * messages (with both: 400). At most 128, 255 and 302 characters; other members are ignored.
   */
  @Example({ conversation_id: 'conv456' }) @IsOptional() @IsMetadata() metadata?: JsonObject | null;
  /** One answer */
  @IsOptional() @IsInteger({ min: 1, max: 1 }, ONE_ANSWER) n?: number | null;
  /** What the model may call: `{"type": "function", "function": {"name": …, "parameters": …}}`, or what else its server takes */
  @IsOptional() @IsTools() tools?: JsonObject[] | null;
  /** `none`, `auto`, `required`, or a tool as `{"type": "function", "function": {"name": …}}` */
  @IsOptional() @IsToolChoice() tool_choice?: unknown;
  /** Whether the model may make several calls at once */
  @IsOptional() @IsFlag() parallel_tool_calls?: boolean | null;
  /** The former form of `tools`: the answer has `function_call` in place of `tool_calls` */
  @IsOptional() @IsFunctions() functions?: JsonObject[] | null;
  /** The former form of `tool_choice`: `none`, `auto` or `{"name": …}` */
  @IsOptional() @IsFunctionCall() function_call?: unknown;
  @ApiHideProperty() @IsOptional() @IsTextModality() modalities?: string[] | null;
  @ApiHideProperty() @IsOptional() @IsRefused(LEAVE_OUT) logprobs?: unknown;
  @ApiHideProperty() @IsOptional() @IsRefused(LEAVE_OUT) top_logprobs?: unknown;
  @ApiHideProperty() @IsOptional() @IsRefused('leave it out, and the answer is text') audio?: unknown;
}
