import { ApiProperty, IntersectionType } from '@nestjs/swagger';
import { Transform, type TransformFnParams, Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { FeedbackFilterDto, toFeedbackFilter } from '../feedback-filter.dto.js';
import type { GoodAnswers, TrainingFormat, TrainingOptions, TrainingPrompt } from './export-rows.js';
import type { ExportRequest } from './export.service.js';

const FORMATS: readonly TrainingFormat[] = ['openai', 'trl'];
const PROMPTS: readonly TrainingPrompt[] = ['rendered', 'plain'];

/** JavaScript takes what is blank for 0. */
function toNumber({ value }: TransformFnParams): unknown {
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
}

/** What of the feedback is exported, and how much of what was said before. */
export class ExportQueryDto extends FeedbackFilterDto {
  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 0,
    maximum: 50,
    default: 10,
    description:
      'Rounds before each question, at most: of its conversation, or of the history that the request brought; 0: none ' +
      '历史消息的数量',
  })
  @IsOptional()
  @Transform(toNumber)
  @IsInt({ message: 'must be a whole number from 0 to 50' })
  @Min(0, { message: 'must be a whole number from 0 to 50' })
  @Max(50, { message: 'must be a whole number from 0 to 50' })
  history_len: number = 10;
}

/** Which answers are good by themselves. */
export class GoodAnswersQueryDto {
  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: 1,
    maximum: 5,
    default: 4,
    description:
      'An answer with at least this many stars is good as it is; one with a `better_answer` is in whatever its stars. ' +
      '达到此评分即为好回答',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt({ message: 'must be a whole number from 1 to 5' })
  @Min(1, { message: 'must be a whole number from 1 to 5' })
  @Max(5, { message: 'must be a whole number from 1 to 5' })
  good_stars: number = 4;
}

/** How training data is written. */
export class TrainingQueryDto {
  @ApiProperty({
    enum: FORMATS,
    enumName: 'TrainingFormat',
    required: false,
    default: 'openai',
    description:
      "`openai`, the default: as OpenAI's fine-tuning reads it; `trl`: as Hugging Face's TRL reads it. 数据格式",
  })
  @IsOptional()
  @IsIn(FORMATS, { message: 'must be openai or trl' })
  format: TrainingFormat = 'openai';

  @ApiProperty({
    enum: PROMPTS,
    enumName: 'TrainingPrompt',
    required: false,
    default: 'rendered',
    description:
      '`rendered`, the default: what the model was given, made again from the prompt template and the passages; ' +
      '`plain`: only what was said. 提示内容',
  })
  @IsOptional()
  @IsIn(PROMPTS, { message: 'must be rendered or plain' })
  prompt: TrainingPrompt = 'rendered';
}

/** The query string of `GET /api/exports/sft`. */
export class SftQueryDto extends IntersectionType(ExportQueryDto, GoodAnswersQueryDto, TrainingQueryDto) {}

/** The query string of `GET /api/exports/dpo`. */
export class DpoQueryDto extends IntersectionType(ExportQueryDto, TrainingQueryDto) {}

/** The query string of `GET /api/exports/eval`. */
export class EvalQueryDto extends IntersectionType(ExportQueryDto, GoodAnswersQueryDto) {}

/** @throws AppError `validation_failed` for a range in which there can be nothing */
export function toExportRequest(clientId: string, query: ExportQueryDto): ExportRequest {
  return { clientId, filter: toFeedbackFilter(query), historyRounds: query.history_len };
}

export function toGoodAnswers({ good_stars: goodStars }: GoodAnswersQueryDto): GoodAnswers {
  return { goodStars };
}

export function toTrainingOptions({ format, prompt }: TrainingQueryDto): TrainingOptions {
  return { format, prompt };
}
