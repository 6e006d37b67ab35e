import { ApiHideProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';
import { Example, IsAnyText, IsInteger, IsNumberIn, IsOneOf, IsText } from '../../../../common/api/fields.js';
import {
  IsConversation,
  IsInForeground,
  IsInclude,
  IsInput,
  IsInstructions,
  IsListOfObjects,
  IsObject,
  IsResponseToolChoice,
  IsNotAsked,
} from './request.validator.js';

const MAX_TOKENS = 2_147_483_647;
type JsonObject = Record<string, unknown>;

/** The body of `POST /v1/responses`. Members that are not listed are ignored. */
export class ResponseRequestDto {
  /** A text, or items: messages, calls of tools and their outputs @example 'How do I send feedback?' */
  @IsInput() input!: string | JsonObject[];
  /** A model that `GET /v1/models` lists; absent: the first of them @example 'builtin' */
  @IsOptional() @IsText({ max: 200 }) model?: string | null;
  /** Events as SSE (是否流式输出); ignored on `/v1/responses/stream`, which generated clients use @example false */
  @IsOptional() @IsBoolean({ message: 'must be true or false' }) stream?: boolean | null;
  /** A system message before the input (系统提示词) */
  @Example('Answer briefly.') @IsOptional() @IsInstructions() instructions?: string | null;
  /** The response to go on from: the model gets its messages and its answer before the input; its instructions are not among them */
  @IsOptional() @IsText({ max: 64 }) previous_response_id?: string | null;
  /** The conversation of the question, by id or as `{"id": …}`: its rounds go before the input; the first use makes it */
  @IsOptional() @IsConversation() conversation?: string | JsonObject | null;
  /** Functions and custom tools. Searches and images, which run at OpenAI, are ignored; other tools are refused by name */
  @IsOptional() @IsListOfObjects() tools?: JsonObject[] | null;
  /** `none`, `auto`, `required`, or an object that names a tool of `tools` */
  @Example('auto') @IsOptional() @IsResponseToolChoice() tool_choice?: string | JsonObject | null;
  @IsOptional() @IsBoolean({ message: 'must be true or false' }) parallel_tool_calls?: boolean | null;
  /** Echoed: it bounds tools that run at OpenAI */
  @IsOptional() @IsInteger({ min: 1, max: MAX_TOKENS }) max_tool_calls?: number | null;
  /** `effort` goes to the model; reasoning is always shown */
  @Example({ effort: 'low' }) @IsOptional() @IsObject() reasoning?: JsonObject | null;
  /** `format` (`text`, `json_object` or `json_schema`) and `verbosity` go to the model */
  @Example({ format: { type: 'text' } }) @IsOptional() @IsObject() text?: JsonObject | null;
  @Example(0.8) @IsOptional() @IsNumberIn({ min: 0, max: 2 }) temperature?: number | null;
  @IsOptional() @IsNumberIn({ min: 0, max: 1 }) top_p?: number | null;
  @IsOptional() @IsNumberIn({ min: -2, max: 2 }) presence_penalty?: number | null;
  @IsOptional() @IsNumberIn({ min: -2, max: 2 }) frequency_penalty?: number | null;
  /** Most tokens to generate (最大Token数); absent: the model's @example 1024 */
  @IsOptional() @IsInteger({ min: 1, max: MAX_TOKENS }) max_output_tokens?: number | null;
  /** The end user, within the calling client (用户的ID) @example 'user123' */
  @IsOptional() @IsAnyText() user?: string | null;
  /** Kept with the response */
  @Example({ topic: 'feedback' }) @IsOptional() @IsObject() metadata?: JsonObject | null;
  /** False: the response cannot be read again, nor gone on from; receipts and exports have its turn nevertheless @example true */
  @IsOptional() @IsBoolean({ message: 'must be true or false' }) store?: boolean | null;
  /** Echoed */
  @IsOptional() @IsText({ max: 64 }) safety_identifier?: string | null;
  /** Echoed */
  @IsOptional() @IsText({ max: 512 }) prompt_cache_key?: string | null;
  /** Echoed */
  @IsOptional() @IsText({ max: 64 }) service_tier?: string | null;
  @ApiHideProperty() @IsOptional() @IsInclude() include?: string[] | null;
  @ApiHideProperty() @IsOptional() @IsInForeground() background?: boolean | null;
  @ApiHideProperty() @IsOptional() @IsNotAsked() prompt?: unknown;
  @ApiHideProperty() @IsOptional() @IsNotAsked() top_logprobs?: unknown;
}

/** Which of the input items are wanted. */
export class InputItemsQueryDto {
  /** `desc`: the newest first; absent: `desc` */
  @IsOptional() @IsOneOf('ItemOrder', ['asc', 'desc']) order?: string;
  /** How many to list at most; absent: 20 @example 20 */
  @IsOptional() @Type(() => Number) @IsInteger({ min: 1, max: 100 }) limit?: number;
  /** The id of the item before the first one */
  @IsOptional() @IsText({ max: 64 }) after?: string;
  @ApiHideProperty() @IsOptional() include?: unknown;
}
