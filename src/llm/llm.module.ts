import { Module } from '@nestjs/common';
import { ExtractiveModel } from './builtin/extractive-model.js';
import { EmbeddingClient } from './embeddings/embedding-client.js';
import { EmbeddingsService } from './embeddings.service.js';
import { LlmService } from './llm.service.js';
import { ModelCheckService } from './model-check.service.js';
import { ChatModel } from './chat-model.js';
import { ModelsController } from './models.controller.js';
import { ModelConnections } from './openai/connection/model-connections.js';
import { OpenAiClient } from './openai/openai-client.js';
import { SYSTEM_TIMING, TIMING } from './retry/timing.js';

@Module({
  controllers: [ModelsController],
  providers: [
    LlmService,
    ModelCheckService,
    ChatModel,
    OpenAiClient,
    EmbeddingClient,
    EmbeddingsService,
    ModelConnections,
    ExtractiveModel,
    { provide: TIMING, useFactory: () => ({ ...SYSTEM_TIMING }) },
  ],
  exports: [EmbeddingsService, LlmService],
})
export class LlmModule {}
