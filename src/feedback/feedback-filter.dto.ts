import { IntersectionType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsOptional } from 'class-validator';
import { IsDateTime, IsInteger, IsText } from '../common/api/fields.js';
import { PageQueryDto } from '../common/pages/page.dto.js';

/** Which feedback is wanted, as a query string says. */
export class FeedbackFilterDto {
  /** Only feedback with at least this many stars; feedback without stars is left out. 最低评分 */
  @IsOptional() @Type(() => Number) @IsInteger({ min: 1, max: 5 }) min_stars?: number;
  /** Only feedback with at most this many stars; feedback without stars is left out. 最高评分 */
  @IsOptional() @Type(() => Number) @IsInteger({ min: 1, max: 5 }) max_stars?: number;
  /** Only feedback with `updated_at` at this moment or later: RFC 3339 with an offset, in a URL with `%2B` for `+`. 起始时间 */
  @IsOptional() @IsDateTime() since?: string;
  /** Only feedback whose `updated_at` is before this moment, which must be after `since`. 截止时间 */
  @IsOptional() @IsDateTime() until?: string;
  /** Only feedback on answers of this model 使用的大模型的名称 */
  @IsOptional() @IsText({ min: 1, max: 200 }) model_name?: string;
  /** Only feedback on answers with this prompt template 提示词模板的名称 */
  @IsOptional() @IsText({ min: 1, max: 100 }) prompt_name?: string;
  /** Only feedback on answers with this version of a template 提示词模板的版本 */
  @IsOptional() @Type(() => Number) @IsInteger({ min: 1, max: 2_147_483_647 }) prompt_version?: number;
}

/** Whose feedback is wanted, and which part of the list. */
export class FeedbackPageQueryDto extends IntersectionType(PageQueryDto, FeedbackFilterDto) {
  /** Only feedback of this end user 用户id */
  @IsOptional() @IsText({ min: 1, max: 128 }) uid?: string;
}
