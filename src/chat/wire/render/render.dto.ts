import { IsOptional } from 'class-validator';
import { Enum, Example, Integer, IsText, ValidatedBy } from '../../../common/api/fields.js';
import type { Role } from '../../../llm/completion.js';
import { PROMPT_VARIABLES, type PromptVariable } from '../../../prompt/template/template.js';
import { describeMessagesFault, MAX_MESSAGES } from '../message-list.js';
import { MAX_QUESTION_CHARACTERS } from '../question-limits.js';

/** The roles of a message that a model gets. */
const ROLES = ['user', 'assistant', 'system'] as const satisfies readonly Role[];
const IsMessages = () =>
  ValidatedBy((value) => describeMessagesFault(value, ROLES), { maxItems: MAX_MESSAGES });

/** A message as a model gets it. */
export class PromptMessageDto {
  @Example('user') @Enum('PromptMessageRole', ROLES) role!: (typeof ROLES)[number];
  @Example('How do I send feedback?') content!: string;
}

/** A question to see the prompt of. */
export class RenderPromptRequestDto {
  /** The question 问题 @example 'How do I send feedback?' */
  @IsText({ min: 1, max: MAX_QUESTION_CHARACTERS }) question!: string;
  /** An unsaved template 未保存的模板, in place of the template of this name */
  @Example(null) @IsOptional() @IsText({ min: 1, max: 32_000 }) template?: string | null;
  /** The value of `{{context}}` 片段. Absent: the chunks that a search finds for this question, as in an answer. */
  @Example(null) @IsOptional() @IsText({ max: 100_000 }) context?: string | null;
  /** Earlier messages, oldest first, of 100,000 characters each 历史消息 @example [] */
  @IsOptional() @IsMessages() history?: PromptMessageDto[] | null;
  /** The model whose context must hold it 大模型; absent: the first that `GET /api/models` lists */
  @Example(null) @IsOptional() @IsText({ max: 200 }) model_name?: string | null;
}

/** What a model would get. */
export class RenderedPromptDto {
  /** The name of the stored template @example 'default' */
  name!: string;
  /** Its version; null: built in, or not saved @example 1 */
  @Integer({ min: 1 }) version!: number | null;
  /** In the order in which the model reads them */
  messages!: PromptMessageDto[];
  /** The variables that the template uses @example ['question'] */
  @Enum('PromptVariable', PROMPT_VARIABLES, { isArray: true, about: 'A variable of a template' })
  variables!: PromptVariable[];
}
