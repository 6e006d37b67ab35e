import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../common/api/endpoint.js';
import { Caller, type CallingClient } from '../../auth/calling-client.js';
import { TakesOwnPlaces } from '../../auth/takes-own-places.decorator.js';
import { Disconnected } from '../../common/http/incoming-call.js';
import { FoundPassagesDto, SearchRequestDto, toSearchRequest } from './knowledge-search.dto.js';
import { toFoundPassagesDto } from './knowledge-search.encoder.js';
import { Retriever } from '../retriever.js';

@ApiTags('knowledge')
@TakesOwnPlaces()
@Controller('api/knowledge')
export class KnowledgeSearchController {
  constructor(private readonly retriever: Retriever) {}

  @Post('search')
  @HttpCode(HttpStatus.OK)
  @Endpoint({
    summary: 'Search the documents 检索知识库',
    description:
      'Finds the chunks that answer a question, among your own documents and the documents that all clients share. ' +
      'A chunk that shares only a common word with the question is not found.',
    answers: { 200: [FoundPassagesDto, 'What was found'] },
  })
  async searchKnowledge(
    @Caller() client: CallingClient,
    @Body() body: SearchRequestDto,
    @Disconnected() signal: AbortSignal,
  ): Promise<FoundPassagesDto> {
    return toFoundPassagesDto(await this.retriever.search({ ...toSearchRequest(client.id, body), signal }));
  }
}
