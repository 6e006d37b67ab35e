import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../common/api/endpoint.js';
import { Caller, type CallingClient } from '../../auth/calling-client.js';
import { Disconnected } from '../../common/http/incoming-call.js';
import type { SettableStatus } from '../../common/http/sse/settable-status.js';
import {
  CreateDocumentRequestDto,
  StoredDocumentDto,
  DocumentListDto,
  StoredDocumentWithContentDto,
} from './document.dto.js';
import { toDocumentDto, toDocumentListDto, toDocumentWithContentDto } from './document.encoder.js';
import { toDocumentInput } from './document.decoder.js';
import { PageQueryDto } from '../../common/pages/page.dto.js';
import { DocumentService } from './document.service.js';

const ApiDocumentId = () =>
  ApiParam({
    name: 'id',
    description: 'The `id` that the service gave it',
    schema: { type: 'string', format: 'uuid', example: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' },
  });

/** The calling client's documents. */
@ApiTags('documents')
@Controller('api/documents')
export class DocumentController {
  constructor(private readonly documents: DocumentService) {}

  @Post()
  @Endpoint({
    summary: 'Store a document 上传文档',
    description:
      'Stores a text or Markdown document, and cuts it into chunks that answers draw on; a search finds it at once. ' +
      'With the `external_id` of an earlier document of yours it replaces that document with its `metadata`, and keeps its `id`. To be able to ' +
      'repeat it safely, give an `external_id`: without one each request stores another document.',
    answers: {
      200: [StoredDocumentDto, 'Stored in place of the earlier document of this `external_id`'],
      201: [StoredDocumentDto, 'Stored'],
    },
    problems: ['conflict'],
  })
  async createDocument(
    @Caller() client: CallingClient,
    @Body() body: CreateDocumentRequestDto,
    @Res({ passthrough: true }) response: SettableStatus,
    @Disconnected() signal: AbortSignal,
  ): Promise<StoredDocumentDto> {
    const { document, isNew } = await this.documents.createDocument(client.id, toDocumentInput(body), signal);
    response.status(isNew ? HttpStatus.CREATED : HttpStatus.OK);
    return toDocumentDto(document);
  }

  @Get()
  @Endpoint({
    summary: 'List the documents 文档列表',
    description: 'Your own documents without their text, the newest first, a page at a time.',
    answers: { 200: [DocumentListDto, 'A page of the list'] },
  })
  async listDocuments(
    @Caller() client: CallingClient,
    @Query() query: PageQueryDto,
  ): Promise<DocumentListDto> {
    return toDocumentListDto(await this.documents.listDocuments(client.id, query));
  }

  @Get(':id')
  @Endpoint({
    summary: 'Read a document 查看文档',
    description: 'With its text, as it was stored; `GET /api/documents` lists documents without their texts.',
    answers: { 200: [StoredDocumentWithContentDto, 'The document with its text'] },
    problems: ['not_found'],
  })
  @ApiDocumentId()
  async getDocument(
    @Caller() client: CallingClient,
    @Param('id') id: string,
  ): Promise<StoredDocumentWithContentDto> {
    return toDocumentWithContentDto(await this.documents.getDocument(client.id, id));
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @Endpoint({
    summary: 'Delete a document 删除文档',
    description: 'Deletes the document and its chunks. Earlier answers keep their sources.',
    answers: { 204: 'Deleted' },
    problems: ['not_found'],
  })
  @ApiDocumentId()
  async deleteDocument(@Caller() client: CallingClient, @Param('id') id: string): Promise<void> {
    await this.documents.deleteDocument(client.id, id);
  }
}
