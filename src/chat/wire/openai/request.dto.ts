import { ApiHideProperty, ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsNumber, IsOptional, Max, Min } from 'class-validator';
import { IsStorableText } from '../../../common/text/storable-text.js';
import { type GivenMessage, IsOpenAiMessages } from './messages.validator.js';
import {
  IsMetadata,
  IsNotSupported,
  IsResponseFormat,
  IsStop,
  IsStreamOptions,
} from './parameters.validator.js';

const FROM_0_TO_2 = 'must be a number from 0 to 2';
const FROM_0_TO_1 = 'must be a number from 0 to 1';
const FROM_MINUS_2_TO_2 = 'must be a number from -2 to 2';
const MAX_TOKENS = 2_147_483_647;

/** One message, as documented. */
@ApiSchema({ name: 'ChatCompletionMessage' })
export class ChatCompletionMessageDto {
  @ApiProperty({
    enum: ['system', 'developer', 'user', 'assistant'],
    enumName: 'ChatCompletionRole',
    example: 'user',
  })
  role!: GivenMessage['role'];

  @ApiProperty({
    type: String,
    description: 'The text. A list of parts `{"type": "text", "text": …}` is taken too; others are refused.',
    example: 'How do I send feedback?',
  })
  content!: GivenMessage['content'];
}

/** What a stream is to have beside its text. */
@ApiSchema({ name: 'ChatCompletionStreamOptions' })
export class StreamOptionsDto {
  @ApiProperty({ type: Boolean, required: false, nullable: true, description: 'A last chunk with `usage`' })
  include_usage?: boolean | null;
}

/** The body of `POST /v1/chat/completions`. Members that are not listed are ignored. */
@ApiSchema({ name: 'ChatCompletionRequest' })
export class CompletionRequestDto {
  @ApiProperty({
    type: [ChatCompletionMessageDto],
    minItems: 1,
    maxItems: 1_000,
    description:
      'Instructions, what was said before and, last, the question, of the role `user` and not empty. At most 100,000 characters each.',
  })
  @IsOpenAiMessages()
  messages!: GivenMessage[];

  @ApiProperty({
    type: String,
    maxLength: 200,
    required: false,
    nullable: true,
    description: 'A model that `GET /v1/models` lists; absent: the first of them',
    example: 'builtin',
  })
  @IsOptional()
  @IsStorableText({ max: 200 })
  model?: string | null;

  @ApiProperty({
    type: Boolean,
    required: false,
    nullable: true,
    description:
      'Chunks as server-sent events (是否流式输出). Generated clients use `/v1/chat/completions/stream` for that, where it is ignored.',
    example: false,
  })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  stream?: boolean | null;

  @ApiProperty({ type: StreamOptionsDto, required: false })
  @IsOptional()
  @IsStreamOptions()
  stream_options?: StreamOptionsDto | null;

  @ApiProperty({ type: Number, minimum: 0, maximum: 2, required: false, nullable: true, example: 0.8 })
  @IsOptional()
  @IsNumber({}, { message: FROM_0_TO_2 })
  @Min(0, { message: FROM_0_TO_2 })
  @Max(2, { message: FROM_0_TO_2 })
  temperature?: number | null;

  @ApiProperty({ type: Number, minimum: 0, maximum: 1, required: false, nullable: true })
  @IsOptional()
  @IsNumber({}, { message: FROM_0_TO_1 })
  @Min(0, { message: FROM_0_TO_1 })
  @Max(1, { message: FROM_0_TO_1 })
  top_p?: number | null;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: MAX_TOKENS,
    required: false,
    nullable: true,
    description: "Most tokens to generate (最大Token数); absent: the model's",
    example: 1024,
  })
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(MAX_TOKENS)
  max_completion_tokens?: number | null;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: MAX_TOKENS,
    required: false,
    nullable: true,
    description: 'The former name of `max_completion_tokens`',
  })
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(1)
  @Max(MAX_TOKENS)
  max_tokens?: number | null;

  @ApiProperty({
    type: [String],
    required: false,
    nullable: true,
    maxItems: 16,
    description: 'Where the model is to stop, 1 to 1,000 characters each; a single string is taken too',
  })
  @IsOptional()
  @IsStop()
  stop?: string | string[] | null;

  @ApiProperty({ type: Number, minimum: -2, maximum: 2, required: false, nullable: true })
  @IsOptional()
  @IsNumber({}, { message: FROM_MINUS_2_TO_2 })
  @Min(-2, { message: FROM_MINUS_2_TO_2 })
  @Max(2, { message: FROM_MINUS_2_TO_2 })
  presence_penalty?: number | null;

  @ApiProperty({ type: Number, minimum: -2, maximum: 2, required: false, nullable: true })
  @IsOptional()
  @IsNumber({}, { message: FROM_MINUS_2_TO_2 })
  @Min(-2, { message: FROM_MINUS_2_TO_2 })
  @Max(2, { message: FROM_MINUS_2_TO_2 })
  frequency_penalty?: number | null;

  @ApiProperty({ type: 'integer', required: false, nullable: true })
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(Number.MIN_SAFE_INTEGER)
  @Max(Number.MAX_SAFE_INTEGER)
  seed?: number | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    selfRequired: false,
    nullable: true,
    description: 'Goes to the model server as it is: an object with a `type`, of at most 32,000 characters',
    example: { type: 'text' },
  })
  @IsOptional()
  @IsResponseFormat()
  response_format?: Record<string, unknown> | null;

  @ApiProperty({
    type: String,
    maxLength: 128,
    required: false,
    nullable: true,
    description: 'The end user, within the calling client (用户的ID)',
    example: 'user123',
  })
  @IsOptional()
  @IsStorableText({ max: 128 })
  user?: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    selfRequired: false,
    nullable: true,
    description:
      '`conversation_id`: the conversation that the question belongs to; without earlier messages of its own it is ' +
      'answered with what was said there. `conversation_name`: its name when it is made. `prompt_name`: a prompt ' +
      'template in place of system messages (with both: 400). At most 128, 255 and 302 characters; other members, of at ' +
      'most 512, are ignored.',
    example: { conversation_id: 'conv456' },
  })
  @IsOptional()
  @IsMetadata()
  metadata?: Record<string, string> | null;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: 1,
    required: false,
    nullable: true,
    description: 'One answer',
  })
  @IsOptional()
  @IsIn([1], { message: 'must be 1: there is one answer' })
  n?: number | null;

  @ApiHideProperty()
  @IsOptional()
  @IsNotSupported()
  tools?: unknown;

  @ApiHideProperty()
  @IsOptional()
  @IsNotSupported()
  functions?: unknown;

  @ApiHideProperty()
  @IsOptional()
  @IsNotSupported()
  logprobs?: unknown;

  @ApiHideProperty()
  @IsOptional()
  @IsNotSupported()
  audio?: unknown;
}
