import { Module } from '@nestjs/common';
import { BuiltinAnswerer } from './builtin/builtin-answerer.js';
import { LlmService } from './llm.service.js';
import { ModelCheckService } from './model-check.service.js';
import { ModelAnswerer } from './model-answerer.js';
import { ModelsController } from './models.controller.js';
import { ModelConnections } from './openai/model-connections.js';
import { OpenAiClient } from './openai/openai-client.js';
import { SYSTEM_TIMING, TIMING } from './retry/timing.js';

@Module({
  controllers: [ModelsController],
  providers: [
    LlmService,
    ModelCheckService,
    ModelAnswerer,
    OpenAiClient,
    ModelConnections,
    BuiltinAnswerer,
    { provide: TIMING, useValue: SYSTEM_TIMING },
  ],
  exports: [LlmService],
})
export class LlmModule {}
