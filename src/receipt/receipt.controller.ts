import { Controller, Get, Param } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../common/api/endpoint.js';
import { Caller, type CallingClient } from '../auth/calling-client.js';
import { ReceiptDto } from './receipt.dto.js';
import { ReceiptService } from './receipt.service.js';

@ApiTags('turns')
@Controller('api/chat/:chat_id')
export class ReceiptController {
  constructor(private readonly receipts: ReceiptService) {}

  @Get()
  @Endpoint({
    summary: 'Read a turn again: its question, answer, sources, attempts and feedback 查看回答',
    description: 'The stored data of a turn of any API. Send the `chat_id` (or `message_id`) of an answer.',
    answers: { 200: [ReceiptDto, 'The turn'] },
    problems: ['not_found'],
  })
  @ApiParam({
    name: 'chat_id',
    schema: { type: 'string', format: 'uuid', example: '01938f5e-7a30-7cc0-8d2b-0a4e5c1f9b11' },
    description: '`message_id` of the Conversation API, `chat_id` of the QA API, `id` of a chat completion',
  })
  getReceipt(@Param('chat_id') chatId: string, @Caller() client: CallingClient): Promise<ReceiptDto> {
    return this.receipts.get(client.id, chatId);
  }
}
