import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChatModule } from '../chat/chat.module.js';
import { DatabaseModule } from '../database/database.module.js';
import { ExportController } from './export/export.controller.js';
import { ExportService } from './export/export.service.js';
import { ExportSlots } from './export/export-slots.js';
import { FeedbackRevisionEntity } from './feedback-revision.entity.js';
import { FeedbackController } from './feedback.controller.js';
import { FeedbackEntity } from './feedback.entity.js';
import { FeedbackRepository } from './feedback.repository.js';
import { FeedbackService } from './feedback.service.js';
import { RatedTurnRepository } from './rated-turn.repository.js';

/** Feedback on answers of every wire, and the export of it as training data. */
@Module({
  imports: [TypeOrmModule.forFeature([FeedbackEntity, FeedbackRevisionEntity]), ChatModule, DatabaseModule],
  controllers: [FeedbackController, ExportController],
  providers: [ExportService, ExportSlots, FeedbackService, FeedbackRepository, RatedTurnRepository],
  exports: [FeedbackService],
})
export class FeedbackModule {}
