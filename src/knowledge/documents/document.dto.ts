import { IsOptional } from 'class-validator';
import { Enum, Example, Integer, IsOneOf, IsText, Moment, Schema, Uuid } from '../../common/api/fields.js';
import { PageDto } from '../../common/pages/page.dto.js';
import type { DocumentFormat } from './document.entity.js';
import * as limits from './document-limits.js';
import { type DocumentMetadata, IsDocumentMetadata, METADATA_SCHEMA } from './document-metadata.js';

const FORMATS: readonly DocumentFormat[] = ['markdown', 'text'];
const FORMAT = [
  'DocumentFormat',
  FORMATS,
  { about: 'How the content of a document is read 文档格式' },
] as const;
const CONTENT_EXAMPLE =
  '# Returns\n\n## How long\n\nGoods can be returned within 30 days. 退货期限是 30 天。\n';

/** A document to store. */
export class CreateDocumentRequestDto {
  /** The title 标题; its words count most in a search @example 'Return policy' */
  @IsText({ min: 1, max: limits.MAX_TITLE_CHARACTERS }) title!: string;
  /** Where the text comes from 来源: a URL, a path, a name. Answers name it. @example 'https://shop.example/returns' */
  @IsText({ min: 1, max: limits.MAX_SOURCE_CHARACTERS }) source!: string;
  /** The text 正文; the complete body may have 1 MiB (1,048,576 bytes) unless the service is configured otherwise */
  @Example(CONTENT_EXAMPLE) @IsText({ min: 1, max: limits.MAX_CONTENT_CHARACTERS }) content!: string;
  /** The format of the content: Markdown is cut at its headings; absent: markdown 文档格式 @example 'markdown' */
  @Schema({ nullable: false }) @IsOptional() @IsOneOf(...FORMAT) format?: DocumentFormat | null;
  /** Your own id for it; posting it again replaces the document 外部编号 @example 'returns' */
  @IsOptional() @IsText({ min: 1, max: limits.MAX_EXTERNAL_ID_CHARACTERS }) external_id?: string | null;
  /** Comes back with every found chunk; flat, at most 16 KiB as JSON 元数据 */
  @IsOptional() @IsDocumentMetadata() metadata?: DocumentMetadata | null;
}

/** A document as it is listed. */
export class StoredDocumentDto {
  @Uuid() id!: string;
  /** The title 标题 @example 'Return policy' */
  title!: string;
  /** Where the text comes from 来源 @example 'https://shop.example/returns' */
  source!: string;
  /** The format of the content: Markdown is cut at its headings 文档格式 @example 'markdown' */
  @Enum(...FORMAT) format!: DocumentFormat;
  /** Your own id; null: none 外部编号 @example 'returns' */
  external_id!: string | null;
  /** The stored object 元数据 */
  @Schema(METADATA_SCHEMA) metadata!: DocumentMetadata;
  @Integer({ min: 0, description: 'The number of its chunks 片段数', example: 1 }) passages!: number;
  @Moment() created_at!: string;
  @Moment('When it was last replaced') updated_at!: string;
}

/** A document with its text. */
export class StoredDocumentWithContentDto extends StoredDocumentDto {
  @Example(CONTENT_EXAMPLE, 'The stored text 正文') content!: string;
}

/** One page of a client's documents. */
export class DocumentListDto extends PageDto {
  /** The newest first */
  documents!: StoredDocumentDto[];
}
