import { ApiHideProperty } from '@nestjs/swagger';
import { Allow, IsOptional } from 'class-validator';
import { listFault, Example, IsNumberIn, IsText, IsUuid, ValidatedBy } from '../../../common/api/fields.js';
import { Lenient, toNumber, toUuidText } from '../../../common/http/lenient-scalars.js';
import { describeTextFault } from '../../../common/text/storable-text.js';
import { ExcludesSibling } from '../excludes-sibling.validator.js';
import { MAX_QUESTION_CHARACTERS } from '../question-limits.js';

const PROMPT_EXAMPLE = '用一句话回答问题。\n\n{context}\n\n问题：{question}';
const PAIRS = { one: 'pair', of: '[question, answer] pairs', max: 500 };
const IsHistoryPairs = () =>
  ValidatedBy((value) => listFault(value, PAIRS, describePairFault), {
    type: 'array',
    items: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 2 },
  });

function describePairFault(pair: unknown): string | null {
  if (!Array.isArray(pair) || pair.length !== 2) return 'must be [question, answer]';
  const fault = pair.map((text) => describeTextFault(text, { max: 100_000 })).find((found) => found !== null);
  return fault ? `each text ${fault}` : null;
}

/** The body of the QA API. */
export class QaRequestDto {
  /** The question (提问) @example 'How do I send feedback?' */
  @ExcludesSibling('query') @IsText({ min: 1, max: MAX_QUESTION_CHARACTERS }) question!: string;
  /** The end user, made by the caller (用户id，用户自行生成设置) @example 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935' */
  @Lenient(toUuidText) @IsUuid() uid!: string;
  /** Earlier rounds (历史聊天记录), oldest first: at most 500 [question, answer] pairs, of at most 100,000 characters a text */
  @Example([['问1xxx？', '回答1']]) @IsOptional() @IsHistoryPairs() history?: [string, string][] | null;
  /**
   * Instructions for this answer (提示词). The service replaces `{context}` and `{question}` in it; without `{context}` it
   * appends the chunks. Absent: those of the template `qa`; save your own under that name to change it.
   */
  @Example(PROMPT_EXAMPLE) @IsOptional() @IsText({ max: 8_000 }) qa_prompt?: string | null;
  /** Sampling temperature (热度 0~1，用于调试回答的灵活性); absent: the model's @example 0 */
  @Lenient(toNumber) @IsOptional() @IsNumberIn({ min: 0, max: 1 }) temperature?: number | null;
  /** The Conversation API's question: declared so that a body with both is refused. */
  @ApiHideProperty() @Allow() query?: unknown;
}
