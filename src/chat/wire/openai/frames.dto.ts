import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { OpenAiErrorDetailDto } from '../../../common/errors/openai-error.dto.js';

const ID = '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11';
const CREATED = 1_732_500_000;
const FINISH_REASONS = ['stop', 'length', 'content_filter'] as const;

/** `cancelled` is unknown there: a stopped answer has ended as it should. */
export type OpenAiFinishReason = (typeof FINISH_REASONS)[number];

/** Tokens, as the model server counted them, or estimated. */
@ApiSchema({ name: 'ChatCompletionUsage' })
export class CompletionUsageDto {
  @ApiProperty({ type: 'integer', minimum: 0, example: 12 })
  prompt_tokens!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 34 })
  completion_tokens!: number;

  @ApiProperty({ type: 'integer', minimum: 0, example: 46 })
  total_tokens!: number;
}

/** The answer. */
@ApiSchema({ name: 'ChatCompletionAnswer' })
export class CompletionAnswerDto {
  @ApiProperty({ enum: ['assistant'] })
  role!: 'assistant';

  @ApiProperty({ type: String, example: 'Send feedback with POST /api/feedback.' })
  content!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Always null', example: null })
  refusal!: string | null;
}

@ApiSchema({ name: 'ChatCompletionChoice' })
export class CompletionChoiceDto {
  @ApiProperty({ type: 'integer', enum: [0] })
  index!: 0;

  @ApiProperty({ type: CompletionAnswerDto })
  message!: CompletionAnswerDto;

  @ApiProperty({ enum: FINISH_REASONS, enumName: 'ChatCompletionFinishReason', example: 'stop' })
  finish_reason!: OpenAiFinishReason;
}

/** The whole answer. */
@ApiSchema({ name: 'ChatCompletion' })
export class CompletionDto {
  @ApiProperty({
    type: String,
    format: 'uuid',
    description: 'The turn: feedback, receipt and stop take it as `chat_id`',
    example: ID,
  })
  id!: string;

  @ApiProperty({ enum: ['chat.completion'] })
  object!: 'chat.completion';

  @ApiProperty({ type: 'integer', description: 'When it was asked, in seconds since 1970', example: CREATED })
  created!: number;

  @ApiProperty({ type: String, example: 'chatglm3-6b' })
  model!: string;

  @ApiProperty({ type: [CompletionChoiceDto], minItems: 1, maxItems: 1 })
  choices!: CompletionChoiceDto[];

  @ApiProperty({ type: CompletionUsageDto })
  usage!: CompletionUsageDto;
}

/** What a chunk adds. */
@ApiSchema({ name: 'ChatCompletionDelta' })
export class CompletionDeltaDto {
  @ApiProperty({ enum: ['assistant'], required: false, description: 'In the first chunk' })
  role?: 'assistant';

  @ApiProperty({
    type: String,
    required: false,
    description: 'More text, not cumulative; empty when it only keeps the connection open',
    example: 'Send ',
  })
  content?: string;
}

@ApiSchema({ name: 'ChatCompletionChunkChoice' })
export class CompletionChunkChoiceDto {
  @ApiProperty({ type: 'integer', enum: [0] })
  index!: 0;

  @ApiProperty({ type: CompletionDeltaDto })
  delta!: CompletionDeltaDto;

  @ApiProperty({
    type: String,
    nullable: true,
    description: '`stop`, `length` or `content_filter` in the last chunk of the answer; else null',
    example: null,
  })
  finish_reason!: OpenAiFinishReason | null;
}

/** A part of the answer. */
@ApiSchema({ name: 'ChatCompletionChunk' })
export class CompletionChunkDto {
  @ApiProperty({ type: String, format: 'uuid', description: 'The turn', example: ID })
  id!: string;

  @ApiProperty({ enum: ['chat.completion.chunk'] })
  object!: 'chat.completion.chunk';

  @ApiProperty({ type: 'integer', description: 'When it was asked, in seconds since 1970', example: CREATED })
  created!: number;

  @ApiProperty({ type: String, example: 'chatglm3-6b' })
  model!: string;

  @ApiProperty({ type: [CompletionChunkChoiceDto], description: 'Empty in the chunk that carries `usage`' })
  choices!: CompletionChunkChoiceDto[];

  @ApiProperty({
    type: CompletionUsageDto,
    required: false,
    description: 'With `stream_options.include_usage`: in the last chunk',
  })
  usage?: CompletionUsageDto;
}

/** The last frame of an answer that failed after its first text. */
@ApiSchema({ name: 'ChatCompletionFailedFrame' })
export class CompletionFailedFrameDto {
  @ApiProperty({ type: OpenAiErrorDetailDto })
  error!: OpenAiErrorDetailDto;
}

/** A model, as the OpenAI API lists it. */
@ApiSchema({ name: 'OpenAiModel' })
export class OpenAiModelDto {
  @ApiProperty({ type: String, description: 'What a request names as `model`', example: 'chatglm3-6b' })
  id!: string;

  @ApiProperty({ enum: ['model'] })
  object!: 'model';

  @ApiProperty({ type: 'integer', description: 'Always 0: nobody knows', example: 0 })
  created!: number;

  @ApiProperty({ type: String, example: 'llm-chat-service' })
  owned_by!: string;
}

/** The models that a request may name. */
@ApiSchema({ name: 'OpenAiModelList' })
export class OpenAiModelListDto {
  @ApiProperty({ enum: ['list'] })
  object!: 'list';

  @ApiProperty({ type: [OpenAiModelDto], description: 'The default model first; never empty' })
  data!: OpenAiModelDto[];
}
