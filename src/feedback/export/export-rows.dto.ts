import { ApiSchema } from '@nestjs/swagger';
import { Enum, Example, Integer, Moment, Uuid } from '../../common/api/fields.js';
import { TurnVariant } from '../../common/api/turn.dto.js';

/** A message of training data. */
export class TrainingMessageDto {
  /** @example 'user' */
  @Enum('TrainingRole', ['system', 'user', 'assistant']) role!: 'system' | 'user' | 'assistant';
  @Example('退货期限是多久？') content!: string;
  /** Only in earlier answers of `exportSft` in the `openai` format: they are known, and not learnt @example 0 */
  @Integer() weight?: 0;
}

@ApiSchema({ description: 'A line of `GET /api/exports/sft?format=openai`' })
export class SftRowDto {
  /** The last is the answer to learn */
  messages!: TrainingMessageDto[];
}

@ApiSchema({ description: 'A line of `GET /api/exports/sft?format=trl`: a conversational prompt-completion' })
export class SftTrlRowDto {
  /** What came before the answer */
  prompt!: TrainingMessageDto[];
  /** The answer to learn, alone */
  completion!: TrainingMessageDto[];
}

/** What both answers of a preference answer. */
export class PreferenceInputDto {
  messages!: TrainingMessageDto[];
}

@ApiSchema({ description: 'A line of `GET /api/exports/dpo?format=openai`' })
export class DpoRowDto {
  input!: PreferenceInputDto;
  /** The better answer, alone */
  preferred_output!: TrainingMessageDto[];
  /** The given answer, alone */
  non_preferred_output!: TrainingMessageDto[];
}

@ApiSchema({
  description: 'A line of `GET /api/exports/dpo?format=trl`: a conversational preference, with its prompt',
})
export class DpoTrlRowDto {
  /** What both answer */
  prompt!: TrainingMessageDto[];
  /** The better answer, alone */
  chosen!: TrainingMessageDto[];
  /** The given answer, alone */
  rejected!: TrainingMessageDto[];
}

/** A chunk that an answer could draw on. */
export class EvalSourceDto {
  @Example('returns.md') source!: string;
  @Example('收货后 30 天内可以退货。') text!: string;
}

@ApiSchema({ description: 'A line of `GET /api/exports/eval`' })
export class EvalCaseDto {
  @Uuid('The turn: its receipt is `GET /api/chat/{chat_id}`') chat_id!: string;
  @Example('退货期限是多久？') question!: string;
  /** The earlier messages, oldest first */
  history!: TrainingMessageDto[];
  /** The better answer or, without one, the answer with good stars @example '退货期限是 30 天。' */
  expected_answer!: string;
  /** The given answer @example '退货期限是 7 天。' */
  answer!: string;
  /** Whether the expected answer is a better one @example true */
  is_corrected!: boolean;
  @Example(1) @Integer({ min: 1, max: 5 }) stars!: number | null;
  @Example('材料错误') reason!: string | null;
  /** The chunks that the answer could draw on */
  sources!: EvalSourceDto[];
  @TurnVariant() variant!: string;
  /** How the answer ended @example 'completed' */
  @Enum('EndedStatus', ['completed', 'failed', 'cancelled']) status!: string;
  /** The model that answered @example 'chatglm3-6b' */
  model_name!: string;
  /** The prompt template; null: the request brought its own instructions @example 'qa' */
  prompt_name!: string | null;
  @Integer({ min: 1, description: 'null: a built-in template', example: 1 }) prompt_version!: number | null;
  @Moment('When the feedback was last sent') feedback_at!: string;
}
