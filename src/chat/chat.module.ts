import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { sseFraming } from '../common/http/sse-framing.js';
import { KnowledgeModule } from '../knowledge/knowledge.module.js';
import { LlmModule } from '../llm/llm.module.js';
import { PromptModule } from '../prompt/prompt.module.js';
import { ConversationEntity } from './conversation.entity.js';
import { TurnDirectory } from './turn.directory.js';
import { TurnEntity } from './turn.entity.js';
import { TurnGenerator } from './turn.generator.js';
import { TurnOpener } from './turn.opener.js';
import { TurnReader } from './turn.reader.js';
import { TurnRecorder } from './turn.recorder.js';
import { TurnRegistry } from './turn.registry.js';
import { TurnRepository } from './turn.repository.js';
import { TurnService } from './turn.service.js';
import { ConversationController } from './wire/conversation/conversation.controller.js';
import { ConversationPresenter } from './wire/conversation/conversation.presenter.js';
import { QaController } from './wire/qa/qa.controller.js';
import { QaPresenter } from './wire/qa/qa.presenter.js';
import { TurnController } from './wire/turn/turn.controller.js';
import { chooseVariant } from './wire/variant.middleware.js';

const post = (path: string) => ({ path, method: RequestMethod.POST });

@Module({
  imports: [TypeOrmModule.forFeature([ConversationEntity, TurnEntity]), KnowledgeModule, LlmModule, PromptModule],
  controllers: [ConversationController, QaController, TurnController],
  providers: [
    ConversationPresenter,
    QaPresenter,
    TurnDirectory,
    TurnGenerator,
    TurnOpener,
    TurnRecorder,
    TurnRegistry,
    TurnRepository,
    TurnService,
    { provide: TurnReader, useExisting: TurnDirectory },
  ],
  exports: [TurnReader],
})
export class ChatModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(sseFraming).forRoutes(post('chat'), post('chat/stream'), post('api/chat'));
    consumer.apply(chooseVariant).forRoutes(post('chat'), post('api/chat'));
  }
}
