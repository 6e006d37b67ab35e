import { IsOptional, IsUUID } from 'class-validator';
import { Example, Integer, IsInteger, IsText, Moment, Uuid } from '../common/api/fields.js';
import { TurnVariant } from '../common/api/turn.dto.js';
import { PageDto } from '../common/pages/page.dto.js';
import { Lenient, toIdText, toInteger, toUuidText } from '../common/http/lenient-scalars.js';

/** What an end user thinks of an answer. */
export class FeedbackRequestDto {
  /**
   * The turn: `chat_id` of the QA API, `message_id` of the Conversation API, `id` of a chat completion. UUID, 跟 /api/chat 接口一样
   * @example '8ab304d4-2bb8-4843-8b7f-4eff5a1d1f77'
   */
  // Any version: an id that we never gave out is a 404, not a malformed one.
  @Lenient(toUuidText) @IsUUID('loose', { message: 'must be a UUID' }) chat_id!: string;
  /**
   * The end user who asked: the `uid`, `user_id` or `user` of the question; any when the question named none. 用户id
   * @example 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935'
   */
  @Lenient(toIdText) @IsText({ min: 1, max: 128 }) uid!: string;
  /** 1 (plain) to 5 (best). 用户评价回答，5最好，1平庸 @example 1 */
  @Lenient(toInteger) @IsOptional() @IsInteger({ min: 1, max: 5 }) stars?: number | null;
  /** Why. 反馈原因 @example '材料错误' */
  @IsOptional() @IsText({ max: 4_000 }) reason?: string | null;
  /** What the answer should have been. 更好的回答 @example '退货期限是 30 天。' */
  @IsOptional() @IsText({ max: 32_000 }) better_answer?: string | null;
}

/** A feedback as it is stored. */
export class FeedbackDto {
  @Uuid() chat_id!: string;
  /** The end user, as in the question; a QA `uid` in lower case 用户id @example 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935' */
  uid!: string;
  @Integer({ min: 1, max: 5, description: 'null: not given', example: 1 }) stars!: number | null;
  /** null: not given @example '材料错误' */
  reason!: string | null;
  @Example(null, 'null: not given') better_answer!: string | null;
  /** How often this feedback was changed, from 1 on; earlier revisions are kept @example 1 */
  @Integer({ min: 1 }) revision!: number;
  @Moment('When the first revision was sent') created_at!: string;
  @Moment('When this revision was sent') updated_at!: string;
}

/** A feedback with its question and answer. */
export class RatedAnswerDto extends FeedbackDto {
  @TurnVariant() variant!: string;
  /** The question 问题 @example '退货期限是多久？' */
  question!: string;
  /** The answer, or its stored part 回答 @example '退货期限是 7 天。' */
  answer!: string;
  /** The model that answered @example 'chatglm3-6b' */
  model_name!: string;
  /** The prompt template; absent when the request brought its own instructions @example 'qa' */
  prompt_name?: string;
  @Integer({ min: 1, description: 'Absent for a built-in template', example: 1 }) prompt_version?: number;
}

/** One page of feedback. */
export class FeedbackListDto extends PageDto {
  /** The newest first, by when it was first sent */
  feedback!: RatedAnswerDto[];
}

/** The end user whose feedback is withdrawn. */
export class WithdrawFeedbackQueryDto {
  /** The end user who sent it 用户id @example 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935' */
  @IsText({ min: 1, max: 128 }) uid!: string;
}
