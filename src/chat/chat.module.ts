import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { sseFraming } from '../common/http/sse/sse-framing.js';
import { DatabaseModule } from '../database/database.module.js';
import { KnowledgeModule } from '../knowledge/knowledge.module.js';
import { LlmModule } from '../llm/llm.module.js';
import { PromptModule } from '../prompt/prompt.module.js';
import { ConversationEntity } from './conversation/conversation.entity.js';
import { ConversationQueue } from './answering/conversation-queue.js';
import { ConversationRepository } from './conversation/conversation.repository.js';
import { ConversationService } from './conversation/conversation.service.js';
import { TurnAnswerer } from './answering/turn-answerer.js';
import { TurnAsker } from './answering/turn-asker.js';
import { TurnHistory } from './prompting/turn-history.js';
import { LeaseMonitor } from './upkeep/lease-monitor.js';
import { TurnLeaseRepository } from './turn/turn-lease.repository.js';
import { TurnLimits } from './answering/turn-limits.js';
import { EventLog } from './turn/event-log.js';
import { EventLogRepository } from './turn/event-log.repository.js';
import { EventLogEntity } from './turn/event-log.entity.js';
import { WIRE_TRAITS } from './domain/wire-traits.js';
import { StoredEvents } from './turn/stored-events.js';
import { CONVERSATION_TRAITS } from './wire/conversation/traits.js';
import { OPENAI_TRAITS } from './wire/openai/traits.js';
import { QA_TRAITS } from './wire/qa/traits.js';
import { TurnStreams } from './reading/turn-streams.js';
import { TurnPresenter } from './wire/turns/turns.presenter.js';
import { TurnStopper } from './upkeep/turn-stopper.js';
import { TurnQueries } from './reading/turn-queries.js';
import { TurnEntity } from './turn/turn.entity.js';
import { TurnGenerator } from './answering/turn-generator.js';
import { TurnAdmission } from './answering/turn-admission.js';
import { TurnPreview } from './prompting/turn-preview.js';
import { Deduplicator } from './answering/deduplicator.js';
import { TurnRecorder } from './answering/turn-recorder.js';
import { TurnRegistry } from './answering/turn-registry.js';
import { TurnRepository } from './turn/turn.repository.js';
import { TurnService } from './answering/turn.service.js';
import { TranscriptBuilder } from './reading/transcript-builder.js';
import { TurnTranscriptRepository } from './turn/turn-transcript.repository.js';
import { ConversationController } from './wire/conversation/controller.js';
import { ConversationPresenter } from './wire/conversation/presenter.js';
import { ConversationsController } from './wire/conversations/conversations.controller.js';
import { OpenAiController } from './wire/openai/controller.js';
import { OpenAiModelsController } from './wire/openai/models.controller.js';
import { OpenAiPresenter } from './wire/openai/presenter.js';
import { chooseForm } from './wire/openai/middleware.js';
import { QaController } from './wire/qa/controller.js';
import { QaPresenter } from './wire/qa/presenter.js';
import { RenderController } from './wire/render/render.controller.js';
import { TurnController } from './wire/turns/turns.controller.js';
import { chooseVariant } from './wire/conversation/middleware.js';

const post = (path: string) => ({ path, method: RequestMethod.POST });

@Module({
  imports: [
    TypeOrmModule.forFeature([ConversationEntity, TurnEntity, EventLogEntity]),
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
    TurnQueries,
    TurnGenerator,
    TurnHistory,
    LeaseMonitor,
    TurnLeaseRepository,
    TurnLimits,
    EventLog,
    EventLogRepository,
    StoredEvents,
    { provide: WIRE_TRAITS, useValue: [CONVERSATION_TRAITS, QA_TRAITS, OPENAI_TRAITS] },
    TurnAdmission,
    TurnStreams,
    TurnPresenter,
    TurnPreview,
    Deduplicator,
    TurnRecorder,
    TurnRegistry,
    TurnRepository,
    TurnService,
    TurnStopper,
    TurnTranscriptRepository,
    TranscriptBuilder,
  ],
  exports: [TranscriptBuilder, TurnQueries],
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
