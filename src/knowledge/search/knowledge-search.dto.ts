import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsStorableText } from '../../common/text/storable-text.js';
import { MAX_QUERY_CHARACTERS } from '../documents/document-limits.js';
import type { FoundPassage, SearchRequest } from '../retriever.js';

const MAX_LIMIT = 50;
const DEFAULT_LIMIT = 5;

/** What to search for. */
@ApiSchema({ name: 'SearchRequest' })
export class SearchKnowledgeDto {
  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: MAX_QUERY_CHARACTERS,
    description: 'A question or a few words, in Chinese or English 检索内容',
    example: '退货期限是多久？',
  })
  @IsStorableText({ min: 1, max: MAX_QUERY_CHARACTERS })
  query!: string;

  @ApiProperty({
    type: 'integer',
    required: false,
    nullable: true,
    minimum: 1,
    maximum: MAX_LIMIT,
    description: `Most passages to find; absent: ${DEFAULT_LIMIT} 最多返回的段落数`,
    example: DEFAULT_LIMIT,
  })
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(MAX_LIMIT, { message: `must be at most ${MAX_LIMIT}` })
  limit?: number | null;
}

/** A passage that was found. */
@ApiSchema({ name: 'FoundPassage' })
export class FoundPassageDto {
  @ApiProperty({
    type: String,
    description: 'The passage, as it stands in the document 段落',
    example: '## How long\n\nGoods can be returned within 30 days. 退货期限是 30 天。',
  })
  text!: string;

  @ApiProperty({ type: String, description: "The document's title 标题", example: 'Return policy' })
  title!: string;

  @ApiProperty({
    type: String,
    description: 'Where the text comes from 来源',
    example: 'https://shop.example/returns',
  })
  source!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The headings above the passage, outermost first, joined by ` > `; null: none',
    example: 'How long',
  })
  heading!: string | null;

  @ApiProperty({
    type: Number,
    description: 'Larger is better; comparable within one search only',
    example: 0.8123,
  })
  score!: number;

  @ApiProperty({
    type: String,
    format: 'uuid',
    description: 'The document; one that is shared by all clients cannot be read by its id',
    example: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11',
  })
  document_id!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'What is stored with the document 元数据',
    example: { department: 'sales' },
  })
  metadata!: Readonly<Record<string, unknown>>;
}

/** What was found. */
@ApiSchema({ name: 'FoundPassages' })
export class FoundPassagesDto {
  @ApiProperty({ type: [FoundPassageDto], description: 'The best first; empty when nothing fits' })
  passages!: FoundPassageDto[];
}

export function toSearchRequest(clientId: string, { query, limit }: SearchKnowledgeDto): SearchRequest {
  return { clientId, query, limit: limit ?? DEFAULT_LIMIT };
}

export function toFoundPassagesDto(passages: readonly FoundPassage[]): FoundPassagesDto {
  return {
    passages: passages.map(({ text, title, source, heading, score, documentId, metadata }) => ({
      text,
      title,
      source,
      heading: heading ?? null,
      score,
      document_id: documentId,
      metadata,
    })),
  };
}
