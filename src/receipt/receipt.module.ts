import { Module } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module.js';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { ReceiptController } from './receipt.controller.js';
import { ReceiptService } from './receipt.service.js';

@Module({
  imports: [ChatModule, FeedbackModule],
  controllers: [ReceiptController],
  providers: [ReceiptService],
})
export class ReceiptModule {}
