import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { sseFraming } from '../common/http/sse/sse-framing.js';
import { DatabaseModule } from '../database/database.module.js';
import { KnowledgeModule } from '../knowledge/knowledge.module.js';
import { LlmModule } from '../llm/llm.module.js';
import { PromptModule } from '../prompt/prompt.module.js';
import { ContextMessageEntity } from './context/context-message.entity.js';
import { TurnContextEntity } from './context/turn-context.entity.js';
import { TurnContextRepository } from './context/turn-context.repository.js';
import { ConversationEntity } from './conversation/conversation.entity.js';
import { ConversationQueue } from './admission/conversation-queue.js';
import { ConversationRepository } from './conversation/conversation.repository.js';
import { ConversationService } from './conversation/conversation.service.js';
import { TurnAnswerer } from './answering/turn-answerer.js';
import { TurnAsker } from './admission/turn-asker.js';
import { PromptComposer } from './prompting/prompt-composer.js';
import { TurnHistory } from './prompting/turn-history.js';
import { LeaseMonitor } from './upkeep/lease-monitor.js';
import { TurnLeaseRepository } from './turn/turn-lease.repository.js';
import { TurnLimits } from './admission/turn-limits.js';
import { EventLog } from './turn/event-log.js';
import { EventLogRepository } from './turn/event-log.repository.js';
import { EventLogEntity } from './turn/event-log.entity.js';
import { WIRE_TRAITS } from './domain/wire-traits.js';
import { StoredEvents } from './turn/stored-events.js';
import { TurnEventSource } from './reading/turn-event-source.js';
import { TurnStreams } from './reading/turn-streams.js';
import { TurnPresenter } from './wire/turns/turns.presenter.js';
import { TurnStopper } from './upkeep/turn-stopper.js';
import { TurnQueries } from './reading/turn-queries.js';
import { TurnEntity } from './turn/turn.entity.js';
import { TurnGenerator } from './answering/turn-generator.js';
import { TurnAdmission } from './admission/turn-admission.js';
import { TurnPreview } from './prompting/turn-preview.js';
import { Deduplicator } from './admission/deduplicator.js';
import { TurnRecorder } from './answering/turn-recorder.js';
import { TURN_OBSERVERS, type TurnObserver } from './answering/turn-observer.js';
import { TurnRegistry } from './answering/turn-registry.js';
import { TurnTimings } from './answering/turn-timings.js';
import { TurnRepository } from './turn/turn.repository.js';
import { WireRequestRepository } from './turn/wire-request.repository.js';
import { TurnService } from './answering/turn.service.js';
import { TranscriptBuilder } from './reading/transcript-builder.js';
import { TurnTranscriptRepository } from './turn/turn-transcript.repository.js';
import { ConversationsController } from './wire/conversations/conversations.controller.js';
import { RenderController } from './wire/render/render.controller.js';
import { StopController } from './wire/turns/stop.controller.js';
import { TurnStreamController } from './wire/turns/stream.controller.js';
import { WIRES } from './wire/wires.js';

const post = (path: string) => ({ path, method: RequestMethod.POST });

@Module({
  imports: [
    TypeOrmModule.forFeature([
      ContextMessageEntity,
      ConversationEntity,
      EventLogEntity,
      TurnContextEntity,
      TurnEntity,
    ]),
    DatabaseModule,
    KnowledgeModule,
    LlmModule,
    PromptModule,
  ],
  controllers: [
    ...WIRES.flatMap(({ controllers }) => controllers),
    ConversationsController,
    RenderController,
    TurnStreamController,
    StopController,
  ],
  providers: [
    ...WIRES.flatMap(({ providers }) => providers),
    { provide: WIRE_TRAITS, useValue: WIRES.map(({ traits }) => traits) },
    ConversationQueue,
    ConversationRepository,
    ConversationService,
    TurnAnswerer,
    TurnContextRepository,
    TurnAsker,
    TurnQueries,
    TurnGenerator,
    PromptComposer,
    TurnHistory,
    LeaseMonitor,
    TurnLeaseRepository,
    TurnLimits,
    EventLog,
    EventLogRepository,
    StoredEvents,
    TurnAdmission,
    TurnEventSource,
    TurnStreams,
    TurnPresenter,
    TurnPreview,
    Deduplicator,
    TurnRecorder,
    TurnRegistry,
    TurnTimings,
    { provide: TURN_OBSERVERS, useFactory: (...all: TurnObserver[]) => all, inject: [TurnTimings] },
    TurnRepository,
    TurnService,
    TurnStopper,
    TurnTranscriptRepository,
    WireRequestRepository,
    TranscriptBuilder,
  ],
  exports: [TranscriptBuilder, TurnQueries],
})
export class ChatModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(sseFraming)
      .forRoutes(
        { path: 'api/chat/:chat_id/stream', method: RequestMethod.GET },
        ...WIRES.flatMap(({ streams }) => streams).map(post),
      );
    // After the framing: what rewrites a path would take its request away from it.
    for (const { middleware } of WIRES) {
      if (middleware) consumer.apply(middleware.handler).forRoutes(...middleware.paths.map(post));
    }
  }
}
