import { ApiExtraModels, ApiHideProperty, getSchemaPath } from '@nestjs/swagger';
import { Allow, IsBoolean, IsOptional } from 'class-validator';
import { Enum, Example, IsInteger, IsNumberIn, IsText, ValidatedBy } from '../../../common/api/fields.js';
import { Lenient, toBoolean, toIdText, toInteger, toNumber } from '../../../common/http/lenient-scalars.js';
import { MAX_PROMPT_NAME_CHARACTERS, MAX_QUESTION_CHARACTERS } from '../question-limits.js';
import { describeMessagesFault } from '../message-list.js';
import { ExcludesSibling } from '../excludes-sibling.validator.js';

const ROLES = ['user', 'assistant', 'system', 'human', 'ai'] as const;

function describeHistoryFault(value: unknown): string | null {
  if (Array.isArray(value)) return describeMessagesFault(value, ROLES);
  return Number.isSafeInteger(value) ? null : 'must be a whole number or a list of {role, content}';
}

/** One earlier message, as callers send it. */
export class HistoryMessageDto {
  @Example('user') @Enum('HistoryRole', ROLES) role!: (typeof ROLES)[number];
  @Example('你好') content!: string;
}

const MESSAGES_SCHEMA = { type: 'array', items: { $ref: getSchemaPath(HistoryMessageDto) } };
const HISTORY_SCHEMA = {
  title: 'ChatHistory',
  oneOf: [MESSAGES_SCHEMA, { type: 'integer' }, { type: 'null' }],
  example: [{ role: 'user', content: '你好' }],
};
const IsHistory = () => ValidatedBy(describeHistoryFault, HISTORY_SCHEMA);

/**
 * The body of the Conversation API. No `default` is declared here or in any other body: generators make such a field required
 * (openapi-typescript) or send it with every request (Python and Java). What is read leniently has its plain type there.
 */
@ApiExtraModels(HistoryMessageDto)
export class ChatRequestDto {
  /** The question (用户输入的问题) @example 'How do I send feedback?' */
  @ExcludesSibling('question') @IsText({ min: 1, max: MAX_QUESTION_CHARACTERS }) query!: string;
  /** The end user, within the calling client (用户的ID) @example 'user123' */
  @Lenient(toIdText) @IsOptional() @IsText({ max: 128 }) user_id?: string | null;
  /**
   * The conversation (会话 ID): the caller's own id, unique within your client, created on first use. Absent or empty: a new
   * conversation. Created with a `user_id`, it is 404 for questions of any other `user_id`, and of none. While one question has
   * a running answer and a reader, another question waits, and after some seconds gets 409 `turn_in_progress`: ask again, or
   * stop the turn that is `running` in `GET /api/conversations/{conversation_id}/messages`. @example 'conv456'
   */
  @Lenient(toIdText) @IsOptional() @IsText({ max: 128 }) conversation_id?: string | null;
  /** The name of a new conversation (会话名称); else the first 50 characters of the query @example 'Feedback' */
  @Lenient(toIdText) @IsOptional() @IsText({ max: 255 }) conversation_name?: string | null;
  /** Rounds read from the database (从数据库中取历史消息的数量); absent: 10, 0 or less: none @example 10 */
  @Lenient(toInteger) @IsOptional() @IsInteger() history_len?: number | null;
  /**
   * Earlier messages, oldest first (前端传来的当前会话的历史消息), in place of the stored ones: at most 1,000, of 100,000 characters
   * each. An empty list is not given. A number other than 0 means `history_len`; for no history set `history_len` to 0.
   */
  @Lenient(toInteger) @IsOptional() @IsHistory() history?: number | HistoryMessageDto[] | null;
  /** SSE or JSON (是否采用流式输出). Absent: SSE if Accept names text/event-stream. Ignored on /chat/stream. @example false */
  @Lenient(toBoolean) @IsOptional() @IsBoolean({ message: 'must be true or false' }) stream?: boolean | null;
  /** Whether the answer shows the reasoning of the model (是否返回思考内容); absent: no @example false */
  @Lenient(toBoolean) @IsOptional() @IsBoolean({ message: 'must be true or false' }) reasoning?:
    boolean | null;
  /** A model that `GET /api/models` lists (使用的大模型的名称); absent: the first of them @example 'builtin' */
  @Lenient(toIdText) @IsOptional() @IsText({ max: 200 }) model_name?: string | null;
  /** Sampling temperature (采样温度); absent: the model's @example 0.8 */
  @Lenient(toNumber) @IsOptional() @IsNumberIn({ min: 0, max: 2 }) temperature?: number | null;
  /** Most tokens to generate (大模型生成的最大Token数); absent, 0 or less: the model's default @example 1024 */
  @Lenient(toInteger) @IsOptional() @IsInteger({ max: 2_147_483_647 }) max_tokens?: number | null;
  /**
   * A prompt template's name (使用的提示词模板的名称), as `GET /api/prompts` lists them, for its version in production; `name@3`,
   * `name@label` or `name@latest` for another version; absent: `default`. The service searches documents only when the template has
   * `{{context}}`, or for the model `builtin`; the receipt of the turn then shows the chunks. @example 'default'
   */
  @Lenient(toIdText) @IsOptional() @IsText({ max: MAX_PROMPT_NAME_CHARACTERS }) prompt_name?: string | null;
  /** The QA API's question: declared so that a body with both is refused. */
  @ApiHideProperty() @Allow() question?: unknown;
}
