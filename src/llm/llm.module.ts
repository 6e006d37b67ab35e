import { Module } from '@nestjs/common';
import { BuiltinAnswerer } from './builtin/builtin-answerer.js';
import { LlmService } from './llm.service.js';
import { ModelsController } from './models.controller.js';
import { ModelConnections } from './openai/model-connections.js';
import { OpenAiClient } from './openai/openai-client.js';

@Module({
  controllers: [ModelsController],
  providers: [LlmService, OpenAiClient, ModelConnections, BuiltinAnswerer],
  exports: [LlmService],
})
export class LlmModule {}
