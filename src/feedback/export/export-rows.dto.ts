import { ApiSchema } from '@nestjs/swagger';
import { Enum, Example, Integer, Moment, Schema, Uuid } from '../../common/api/fields.js';
import { TurnVariant } from '../../common/api/turn.dto.js';
import type { TrainingMessage } from './training-messages.js';

/** The function of a call. */
export class TrainingFunctionDto {
  /** @example 'get_weather' */
  name!: string;
  /** JSON in the `openai` format, an object in the `trl` format */
  @Schema({
    oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: true }],
    title: 'TrainingArguments',
    example: '{"city":"Paris"}',
  })
  arguments!: string | object;
}

/** A call of a tool in training data. */
export class TrainingToolCallDto {
  /** Only in the `openai` format @example 'call_9f2c1e' */
  id?: string;
  type!: 'function';
  function!: TrainingFunctionDto;
}

/** A message of training data. */
export class TrainingMessageDto {
  /** @example 'user' */
  @Enum('TrainingRole', ['system', 'user', 'assistant', 'tool']) role!: TrainingMessage['role'];
  /** Empty: the message is calls alone @example '退货期限是多久？' */
  content!: string;
  /** The tools that the model wanted called; absent: none */
  tool_calls?: TrainingToolCallDto[];
  /** Of a result, in the `openai` format @example 'call_9f2c1e' */
  tool_call_id?: string;
  /** Of a result, in the `trl` format: the tool @example 'get_weather' */
  name?: string;
  /** Only in earlier answers of `exportSft` in the `openai` format: they are known, and not learnt @example 0 */
  @Integer() weight?: 0;
}

@ApiSchema({ description: 'A line of `GET /api/exports/sft?format=openai`' })
export class SftRowDto {
  /** The last is the answer to learn */
  messages!: TrainingMessageDto[];
  /** The tools that the request offered; absent: none */
  @Schema({ type: 'array', items: { type: 'object', additionalProperties: true } }) tools?: unknown[];
  /** Whether the model might call several tools at once; absent: the request did not say @example true */
  parallel_tool_calls?: boolean;
}

@ApiSchema({ description: 'A line of `GET /api/exports/sft?format=trl`: a conversational prompt-completion' })
export class SftTrlRowDto {
  /** What came before the answer */
  prompt!: TrainingMessageDto[];
  /** The answer to learn, alone */
  completion!: TrainingMessageDto[];
  /** The tools that the request offered; absent: none */
  @Schema({ type: 'array', items: { type: 'object', additionalProperties: true } }) tools?: unknown[];
}

/** What both answers of a preference answer. */
export class PreferenceInputDto {
  messages!: TrainingMessageDto[];
  /** The tools that the request offered; absent: none */
  @Schema({ type: 'array', items: { type: 'object', additionalProperties: true } }) tools?: unknown[];
  /** Whether the model might call several tools at once; absent: the request did not say @example true */
  parallel_tool_calls?: boolean;
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
  /** The tools that the request offered; absent: none */
  @Schema({ type: 'array', items: { type: 'object', additionalProperties: true } }) tools?: unknown[];
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
