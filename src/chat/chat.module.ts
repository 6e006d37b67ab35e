import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { sseFraming } from '../common/http/sse-framing.js';
import { DatabaseModule } from '../database/database.module.js';
import { KnowledgeModule } from '../knowledge/knowledge.module.js';
import { LlmModule } from '../llm/llm.module.js';
import { PromptModule } from '../prompt/prompt.module.js';
import { ConversationEntity } from './conversation.entity.js';
import { ConversationQueue } from './conversation-queue.js';
import { ConversationRepository } from './conversation.repository.js';
import { ConversationService } from './conversation.service.js';
import { TurnAnswerer } from './turn.answerer.js';
import { TurnAsker } from './turn.asker.js';
import { TurnHistory } from './turn.history.js';
import { TurnKeeper } from './turn.keeper.js';
import { TurnLeaseRepository } from './turn-lease.repository.js';
import { TurnLimits } from './turn.limits.js';
import { TurnLog } from './turn.log.js';
import { TurnLogRepository } from './turn-log.repository.js';
import { TurnLogEntity } from './turn-log.entity.js';
import { TurnPlayer } from './turn.player.js';
import { TurnPresenter } from './wire/turn/turn.presenter.js';
import { TurnStopper } from './turn.stopper.js';
import { TurnDirectory } from './turn.directory.js';
import { TurnEntity } from './turn.entity.js';
import { TurnGenerator } from './turn.generator.js';
import { TurnOpener } from './turn.opener.js';
import { TurnArchive, TurnReader, TurnTranscripts } from './turn.reader.js';
import { TurnPreview } from './turn.preview.js';
import { TurnRecognizer } from './turn.recognizer.js';
import { TurnRecorder } from './turn.recorder.js';
import { TurnRegistry } from './turn.registry.js';
import { TurnRepository } from './turn.repository.js';
import { TurnService } from './turn.service.js';
import { TurnTranscriber } from './turn.transcriber.js';
import { TurnTranscriptRepository } from './turn-transcript.repository.js';
import { ConversationController } from './wire/conversation/conversation.controller.js';
import { ConversationPresenter } from './wire/conversation/conversation.presenter.js';
import { ConversationsController } from './wire/conversations/conversations.controller.js';
import { OpenAiController } from './wire/openai/openai.controller.js';
import { OpenAiModelsController } from './wire/openai/openai-models.controller.js';
import { OpenAiPresenter } from './wire/openai/openai.presenter.js';
import { chooseForm } from './wire/openai/stream.middleware.js';
import { QaController } from './wire/qa/qa.controller.js';
import { QaPresenter } from './wire/qa/qa.presenter.js';
import { RenderController } from './wire/render/render.controller.js';
import { TurnController } from './wire/turn/turn.controller.js';
import { chooseVariant } from './wire/variant.middleware.js';

const post = (path: string) => ({ path, method: RequestMethod.POST });

@Module({
  imports: [
    TypeOrmModule.forFeature([ConversationEntity, TurnEntity, TurnLogEntity]),
    DatabaseModule,
    KnowledgeModule,
    LlmModule,
    PromptModule,
  ],
  controllers: [
    ConversationController,
    ConversationsController,
    OpenAiController,
    OpenAiModelsController,
    QaController,
    RenderController,
    TurnController,
  ],
  providers: [
    ConversationPresenter,
    ConversationQueue,
    ConversationRepository,
    ConversationService,
    OpenAiPresenter,
    QaPresenter,
    TurnAnswerer,
    TurnAsker,
    TurnDirectory,
    TurnGenerator,
    TurnHistory,
    TurnKeeper,
    TurnLeaseRepository,
    TurnLimits,
    TurnLog,
    TurnLogRepository,
    TurnOpener,
    TurnPlayer,
    TurnPresenter,
    TurnPreview,
    TurnRecognizer,
    TurnRecorder,
    TurnRegistry,
    TurnRepository,
    TurnService,
    TurnStopper,
    TurnTranscriptRepository,
    { provide: TurnArchive, useExisting: TurnDirectory },
    { provide: TurnReader, useExisting: TurnDirectory },
    { provide: TurnTranscripts, useClass: TurnTranscriber },
  ],
  exports: [TurnArchive, TurnReader, TurnTranscripts],
})
export class ChatModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(sseFraming)
      .forRoutes(
        post('chat'),
        post('chat/stream'),
        post('api/chat'),
        { path: 'api/chat/:chat_id/stream', method: RequestMethod.GET },
        post('v1/chat/completions'),
        post('v1/chat/completions/stream'),
      );
    consumer.apply(chooseVariant).forRoutes(post('chat'), post('api/chat'));
    consumer.apply(chooseForm).forRoutes(post('v1/chat/completions'));
  }
}
