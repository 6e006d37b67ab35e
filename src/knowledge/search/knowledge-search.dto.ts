import { IsOptional } from 'class-validator';
import { Example, IsInteger, IsText, Schema, Uuid } from '../../common/api/fields.js';
import { MAX_QUERY_CHARACTERS } from '../documents/document-limits.js';
import type { SearchRequest } from '../retriever.js';

/** What to search for. */
export class SearchRequestDto {
  /** A question or a few words, in Chinese or English 检索内容 @example '退货期限是多久？' */
  @IsText({ min: 1, max: MAX_QUERY_CHARACTERS }) query!: string;
  /** Most chunks to find; absent: 5 最多返回的片段数 @example 5 */
  @IsOptional() @IsInteger({ min: 1, max: 50 }) limit?: number | null;
}

/** A chunk that a search found. */
export class FoundPassageDto {
  /** The text of the chunk, as in the document 片段 */
  @Example('## How long\n\nGoods can be returned within 30 days. 退货期限是 30 天。')
  text!: string;
  /** The document's title 标题 @example 'Return policy' */
  title!: string;
  /** Where the text comes from 来源 @example 'https://shop.example/returns' */
  source!: string;
  /** The headings above the chunk, outermost first, joined by ` > `; null: none @example 'How long' */
  heading!: string | null;
  /** Larger is better; comparable within one search only @example 0.8123 */
  score!: number;
  @Uuid('The document; a document that all clients share cannot be read by its id') document_id!: string;
  /** The metadata of the document 元数据 */
  @Schema({ type: 'object', additionalProperties: true, example: { department: 'sales' } })
  metadata!: Readonly<Record<string, unknown>>;
}

/** What was found. */
export class FoundPassagesDto {
  /** The best first; empty when nothing fits */
  passages!: FoundPassageDto[];
}

export function toSearchRequest(clientId: string, { query, limit }: SearchRequestDto): SearchRequest {
  return { clientId, query, limit: limit ?? 5 };
}
