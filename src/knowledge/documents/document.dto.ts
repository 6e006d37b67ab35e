import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { Page } from '../../common/pages/page.js';
import { IsStorableText } from '../../common/text/storable-text.js';
import type { DocumentFormat } from './document.entity.js';
import {
  MAX_CONTENT_CHARACTERS,
  MAX_EXTERNAL_ID_CHARACTERS,
  MAX_SOURCE_CHARACTERS,
  MAX_TITLE_CHARACTERS,
} from './document-limits.js';
import { type DocumentMetadata, IsDocumentMetadata } from './document-metadata.js';
import type { DocumentInput, DocumentSummary, StoredDocument } from './document.repository.js';

const FORMATS: readonly DocumentFormat[] = ['markdown', 'text'];
const CONTENT_EXAMPLE =
  '# Returns\n\n## How long\n\nGoods can be returned within 30 days. 退货期限是 30 天。\n';

const METADATA = {
  type: 'object' as const,
  additionalProperties: {
    title: 'MetadataValue',
    oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }, { type: 'null' }],
  },
  example: { department: 'sales' },
};

const ApiFormat = (required: boolean) =>
  ApiProperty({
    enum: FORMATS,
    enumName: 'DocumentFormat',
    enumSchema: { description: 'How the content of a document is read 文档格式' },
    required,
    description: `How the content is to be read: Markdown is cut at its headings${required ? '' : '; absent: markdown'} 文档格式`,
    example: 'markdown',
  });

/** A document to store. */
@ApiSchema({ name: 'CreateDocumentRequest' })
export class CreateDocumentDto {
  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: MAX_TITLE_CHARACTERS,
    description: 'The title 标题; its words count most in a search',
    example: 'Return policy',
  })
  @IsStorableText({ min: 1, max: MAX_TITLE_CHARACTERS })
  title!: string;

  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: MAX_SOURCE_CHARACTERS,
    description: 'Where the text comes from 来源: a URL, a path, a name. Answers name it.',
    example: 'https://shop.example/returns',
  })
  @IsStorableText({ min: 1, max: MAX_SOURCE_CHARACTERS })
  source!: string;

  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: MAX_CONTENT_CHARACTERS,
    description:
      'The text 正文; the whole body may have 1 MiB (1,048,576 bytes) unless the service is set up otherwise',
    example: CONTENT_EXAMPLE,
  })
  @IsStorableText({ min: 1, max: MAX_CONTENT_CHARACTERS })
  content!: string;

  @ApiFormat(false)
  @IsOptional()
  @IsIn(FORMATS, { message: 'must be markdown or text' })
  format?: DocumentFormat | null;

  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    minLength: 1,
    maxLength: MAX_EXTERNAL_ID_CHARACTERS,
    description: 'Your own id for it; posting it again replaces the document 外部编号',
    example: 'returns',
  })
  @IsOptional()
  @IsStorableText({ min: 1, max: MAX_EXTERNAL_ID_CHARACTERS })
  external_id?: string | null;

  @ApiProperty({
    ...METADATA,
    selfRequired: false,
    nullable: true,
    description: 'Comes back with every passage found; flat, at most 16 KiB as JSON 元数据',
  })
  @IsOptional()
  @IsDocumentMetadata()
  metadata?: DocumentMetadata | null;
}

/** A document as it is listed. */
@ApiSchema({ name: 'StoredDocument' })
export class DocumentDto {
  @ApiProperty({ type: String, format: 'uuid', example: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' })
  id!: string;

  @ApiProperty({ type: String, description: 'The title 标题', example: 'Return policy' })
  title!: string;

  @ApiProperty({
    type: String,
    description: 'Where the text comes from 来源',
    example: 'https://shop.example/returns',
  })
  source!: string;

  @ApiFormat(true)
  format!: DocumentFormat;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Your own id; null: none 外部编号',
    example: 'returns',
  })
  external_id!: string | null;

  @ApiProperty({ ...METADATA, description: 'As it was stored 元数据' })
  metadata!: DocumentMetadata;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Passages it was cut into 段落数', example: 1 })
  passages!: number;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-20T08:30:00.000Z' })
  created_at!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'When it was last replaced',
    example: '2026-11-20T08:30:00.000Z',
  })
  updated_at!: string;
}

/** A document with its text. */
@ApiSchema({ name: 'StoredDocumentWithContent' })
export class DocumentWithContentDto extends DocumentDto {
  @ApiProperty({ type: String, description: 'The text, as it was stored 正文', example: CONTENT_EXAMPLE })
  content!: string;
}

/** One page of a client's documents. */
@ApiSchema({ name: 'DocumentList' })
export class DocumentListDto {
  @ApiProperty({ type: [DocumentDto], description: 'The newest first' })
  documents!: DocumentDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Give it as `cursor` for the next page; null: there is none',
    example: null,
  })
  next_cursor!: string | null;
}

export function toDocumentInput(body: CreateDocumentDto): DocumentInput {
  const { title, source, content, format, external_id, metadata } = body;
  return {
    title,
    source,
    content,
    format: format ?? 'markdown',
    externalId: external_id ?? null,
    metadata: metadata ?? {},
  };
}

export function toDocumentDto(document: DocumentSummary): DocumentDto {
  const { id, title, source, format, externalId, metadata, passages, createdAt, updatedAt } = document;
  return {
    id,
    title,
    source,
    format,
    external_id: externalId,
    metadata: metadata as DocumentMetadata,
    passages,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  };
}

export function toDocumentWithContentDto(document: StoredDocument): DocumentWithContentDto {
  return { ...toDocumentDto(document), content: document.content };
}

export function toDocumentListDto({ items, nextCursor }: Page<DocumentSummary>): DocumentListDto {
  return { documents: items.map(toDocumentDto), next_cursor: nextCursor };
}
