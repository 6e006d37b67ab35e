import { IntersectionType } from '@nestjs/swagger';
import { Transform, type TransformFnParams, Type } from 'class-transformer';
import { HasDefault, IsInteger, IsOneOf } from '../../common/api/fields.js';
import { FeedbackFilterDto } from '../feedback-filter.dto.js';
import type { TrainingPrompt } from './export-rows.js';
import type { TrainingFormat } from './training-messages.js';

// eslint-disable-next-line no-restricted-syntax -- a format of training data, not a wire
const FORMATS: readonly TrainingFormat[] = ['openai', 'trl'];
const PROMPTS: readonly TrainingPrompt[] = ['rendered', 'plain'];

/** JavaScript takes what is blank for 0. */
function toNumber({ value }: TransformFnParams): unknown {
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
}

/** What of the feedback is exported, and how much of what was said before. */
export class ExportQueryDto extends FeedbackFilterDto {
  /** Most rounds before a question, of its conversation or of the history that the request brought; 0: none 历史消息的数量 */
  @HasDefault() @Transform(toNumber) @IsInteger({ min: 0, max: 50 }) history_len: number = 10;
}

/** Which answers are good by themselves. */
export class GoodAnswersQueryDto {
  /** So many stars make an answer good; an answer with a `better_answer` is exported with any stars. 达到此评分即为好回答 */
  @HasDefault() @Type(() => Number) @IsInteger({ min: 1, max: 5 }) good_stars: number = 4;
}

/** How training data is written. */
export class TrainingQueryDto {
  /** `openai`, the default: as OpenAI's fine-tuning reads it; `trl`: as Hugging Face's TRL reads it. 数据格式 */
  // eslint-disable-next-line no-restricted-syntax -- the same
  @HasDefault() @IsOneOf('TrainingFormat', FORMATS) format: TrainingFormat = 'openai';
  /** `rendered`, the default: the model's input, rebuilt from template and chunks; `plain`: only the conversation. 提示词内容 */
  @HasDefault() @IsOneOf('TrainingPrompt', PROMPTS) prompt: TrainingPrompt = 'rendered';
}

/** The query string of `GET /api/exports/sft`. */
export class SftQueryDto extends IntersectionType(ExportQueryDto, GoodAnswersQueryDto, TrainingQueryDto) {}

/** The query string of `GET /api/exports/dpo`. */
export class DpoQueryDto extends IntersectionType(ExportQueryDto, TrainingQueryDto) {}

/** The query string of `GET /api/exports/eval`. */
export class EvalQueryDto extends IntersectionType(ExportQueryDto, GoodAnswersQueryDto) {}
