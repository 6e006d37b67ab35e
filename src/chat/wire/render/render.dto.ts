import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { IsStorableText } from '../../../common/text/storable-text.js';
import { PROMPT_VARIABLES, type PromptVariable } from '../../../prompt/template/template.js';
import { MAX_QUESTION_CHARACTERS } from '../question-limits.js';
import { IsMessages, ROLES } from './messages.validator.js';

/** A message as a model gets it. */
@ApiSchema({ name: 'PromptMessage' })
export class PromptMessageDto {
  @ApiProperty({ enum: ROLES, enumName: 'PromptMessageRole', example: 'user' })
  role!: (typeof ROLES)[number];

  @ApiProperty({ type: String, example: 'How do I send feedback?' })
  content!: string;
}

/** A question to see the prompt of. */
@ApiSchema({ name: 'RenderPromptRequest' })
export class RenderPromptDto {
  @ApiProperty({
    type: String,
    description: 'The question 问题',
    minLength: 1,
    maxLength: MAX_QUESTION_CHARACTERS,
    example: 'How do I send feedback?',
  })
  @IsStorableText({ min: 1, max: MAX_QUESTION_CHARACTERS })
  question!: string;

  @ApiProperty({
    type: String,
    description: 'A template that is not saved 未保存的模板, in place of the one of this name',
    minLength: 1,
    maxLength: 32_000,
    required: false,
    nullable: true,
    example: null,
  })
  @IsOptional()
  @IsStorableText({ min: 1, max: 32_000 })
  template?: string | null;

  @ApiProperty({
    type: String,
    description:
      'What `{{context}}` stands for 段落. Absent: the passages found in the documents for this question, as in an answer.',
    maxLength: 100_000,
    required: false,
    nullable: true,
    example: null,
  })
  @IsOptional()
  @IsStorableText({ max: 100_000 })
  context?: string | null;

  @ApiProperty({
    type: [PromptMessageDto],
    description: 'Earlier messages, oldest first, of 100,000 characters each 历史消息',
    maxItems: 1_000,
    required: false,
    nullable: true,
    example: [],
  })
  @IsOptional()
  @IsMessages()
  history?: PromptMessageDto[] | null;

  @ApiProperty({
    type: String,
    description:
      'The model whose context must hold it 大模型; absent: the first that `GET /api/models` lists',
    maxLength: 200,
    required: false,
    nullable: true,
    example: null,
  })
  @IsOptional()
  @IsStorableText({ max: 200 })
  model_name?: string | null;
}

/** What a model would get. */
@ApiSchema({ name: 'RenderedPrompt' })
export class RenderedPromptDto {
  @ApiProperty({ type: String, description: 'The name that the template is kept under', example: 'default' })
  name!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    nullable: true,
    description: 'Its version; null: built in, or not saved',
    example: 1,
  })
  version!: number | null;

  @ApiProperty({ type: [PromptMessageDto], description: 'In the order in which the model reads them' })
  messages!: PromptMessageDto[];

  @ApiProperty({
    enum: PROMPT_VARIABLES,
    enumName: 'PromptVariable',
    enumSchema: { description: 'A variable of a template' },
    isArray: true,
    description: 'The variables that the template uses',
    example: ['question'],
  })
  variables!: PromptVariable[];
}
