import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** A message of training data. */
@ApiSchema({ name: 'TrainingMessage' })
export class TrainingMessageDto {
  @ApiProperty({ enum: ['system', 'user', 'assistant'], enumName: 'TrainingRole', example: 'user' })
  role!: 'system' | 'user' | 'assistant';

  @ApiProperty({ type: String, example: '退货期限是多久？' })
  content!: string;

  @ApiProperty({
    type: 'integer',
    required: false,
    enum: [0],
    description:
      'Only in earlier answers of `exportSft` in the `openai` format: they are known, and not learnt',
    example: 0,
  })
  weight?: 0;
}

/** A line of `GET /api/exports/sft?format=openai`. */
@ApiSchema({
  name: 'SftRow',
  description: 'A line of `GET /api/exports/sft?format=openai`',
})
export class SftRowDto {
  @ApiProperty({ type: [TrainingMessageDto], description: 'The last is the answer to learn' })
  messages!: TrainingMessageDto[];
}

/** A line of `GET /api/exports/sft?format=trl`: a conversational prompt-completion. */
@ApiSchema({
  name: 'SftTrlRow',
  description: 'A line of `GET /api/exports/sft?format=trl`: a conversational prompt-completion',
})
export class SftTrlRowDto {
  @ApiProperty({ type: [TrainingMessageDto], description: 'What came before the answer' })
  prompt!: TrainingMessageDto[];

  @ApiProperty({ type: [TrainingMessageDto], description: 'The answer to learn, alone' })
  completion!: TrainingMessageDto[];
}

/** What both answers of a preference answer. */
@ApiSchema({ name: 'PreferenceInput' })
export class PreferenceInputDto {
  @ApiProperty({ type: [TrainingMessageDto] })
  messages!: TrainingMessageDto[];
}

/** A line of `GET /api/exports/dpo?format=openai`. */
@ApiSchema({
  name: 'DpoRow',
  description: 'A line of `GET /api/exports/dpo?format=openai`',
})
export class DpoRowDto {
  @ApiProperty({ type: PreferenceInputDto })
  input!: PreferenceInputDto;

  @ApiProperty({ type: [TrainingMessageDto], description: 'The better answer, alone' })
  preferred_output!: TrainingMessageDto[];

  @ApiProperty({ type: [TrainingMessageDto], description: 'The answer that was given, alone' })
  non_preferred_output!: TrainingMessageDto[];
}

/** A line of `GET /api/exports/dpo?format=trl`: a conversational preference with an explicit prompt. */
@ApiSchema({
  name: 'DpoTrlRow',
  description:
    'A line of `GET /api/exports/dpo?format=trl`: a conversational preference with an explicit prompt',
})
export class DpoTrlRowDto {
  @ApiProperty({ type: [TrainingMessageDto], description: 'What both answer' })
  prompt!: TrainingMessageDto[];

  @ApiProperty({ type: [TrainingMessageDto], description: 'The better answer, alone' })
  chosen!: TrainingMessageDto[];

  @ApiProperty({ type: [TrainingMessageDto], description: 'The answer that was given, alone' })
  rejected!: TrainingMessageDto[];
}

/** A passage that an answer could draw on. */
@ApiSchema({ name: 'EvalSource' })
export class EvalSourceDto {
  @ApiProperty({ type: String, example: 'returns.md' })
  source!: string;

  @ApiProperty({ type: String, example: '收货后 30 天内可以退货。' })
  text!: string;
}

/** A line of `GET /api/exports/eval`. */
@ApiSchema({
  name: 'EvalCase',
  description: 'A line of `GET /api/exports/eval`',
})
export class EvalCaseDto {
  @ApiProperty({
    type: String,
    format: 'uuid',
    description: 'The turn: its receipt is `GET /api/chat/{chat_id}`',
    example: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11',
  })
  chat_id!: string;

  @ApiProperty({ type: String, example: '退货期限是多久？' })
  question!: string;

  @ApiProperty({ type: [TrainingMessageDto], description: 'What was said before it, oldest first' })
  history!: TrainingMessageDto[];

  @ApiProperty({
    type: String,
    description: 'The better answer or, where there is none, the answer that was found good',
    example: '退货期限是 30 天。',
  })
  expected_answer!: string;

  @ApiProperty({ type: String, description: 'What was answered', example: '退货期限是 7 天。' })
  answer!: string;

  @ApiProperty({
    type: Boolean,
    description: 'Whether the expected answer is a better one',
    example: true,
  })
  is_corrected!: boolean;

  @ApiProperty({ type: 'integer', nullable: true, minimum: 1, maximum: 5, example: 1 })
  stars!: number | null;

  @ApiProperty({ type: String, nullable: true, example: '材料错误' })
  reason!: string | null;

  @ApiProperty({ type: [EvalSourceDto], description: 'The passages that the answer could draw on' })
  sources!: EvalSourceDto[];

  @ApiProperty({ enum: ['conversation', 'qa', 'openai'], enumName: 'TurnVariant', example: 'qa' })
  variant!: string;

  @ApiProperty({
    enum: ['completed', 'failed', 'cancelled'],
    enumName: 'EndedStatus',
    description: 'How the answer ended',
    example: 'completed',
  })
  status!: string;

  @ApiProperty({ type: String, description: 'The model that answered', example: 'chatglm3-6b' })
  model_name!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The prompt template; null: the request brought its own instructions',
    example: 'qa',
  })
  prompt_name!: string | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    minimum: 1,
    description: 'null: a built-in template',
    example: 1,
  })
  prompt_version!: number | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'When the feedback was last sent',
    example: '2026-11-20T08:31:00.000Z',
  })
  feedback_at!: string;
}
