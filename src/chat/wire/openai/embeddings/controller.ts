import type { ServerResponse } from 'node:http';
import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { Caller, type CallingClient } from '../../../../auth/calling-client.js';
import { invalidField } from '../../../../common/errors/app-error.js';
import { Incoming, type IncomingCall } from '../../../../common/http/incoming-call.js';
import { sendJsonPieces } from '../../../../common/http/json-pieces.js';
import { ApiLasting } from '../../asking.api.js';
import { decodeEmbeddingRequest } from './decoder.js';
import { ApiEmbeddings } from './embeddings.api.js';
import { EmbeddingCalls } from './embedding-calls.js';
import { encodeEmbeddings } from './encoder.js';
import { CreateEmbeddingRequestDto } from './request.dto.js';

/** The embeddings of the OpenAI API. No turn is made: nothing of them is stored. */
@ApiLasting('openai')
@Controller('v1/embeddings')
export class EmbeddingsController {
  constructor(private readonly calls: EmbeddingCalls) {}

  @Post()
  @HttpCode(200)
  @ApiEmbeddings()
  async createEmbedding(
    @Body() body: CreateEmbeddingRequestDto,
    @Caller() { id: client }: CallingClient,
    @Incoming() { trace, disconnected }: IncomingCall,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const request = { ...decodeEmbeddingRequest(body), client, trace };
    await this.calls.run({ request, model: body.model, signal: disconnected }, async ({ model, vectors }) => {
      const { dimensions = vectors.dimensions, format } = request;
      if (dimensions !== vectors.dimensions) throw cannotShorten(vectors.dimensions);
      await sendJsonPieces(response, encodeEmbeddings(vectors, { model, format }));
    });
  }
}

/** Many servers ignore `dimensions`: vectors of another length would spoil an index of the caller. */
function cannotShorten(dimensions: number) {
  return invalidField(
    '/dimensions',
    `is not as the embedding model has it: its vectors have ${dimensions} numbers; leave dimensions out`,
  );
}
