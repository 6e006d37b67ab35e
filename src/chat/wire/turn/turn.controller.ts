import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Caller, type CallingClient } from '../../../auth/calling-client.js';
import { ApiProblemResponses } from '../../../common/errors/problem.dto.js';
import { TurnDirectory } from '../../turn.directory.js';
import { toReceipt } from './receipt.encoder.js';
import { ReceiptDto } from './receipt.dto.js';

/** A turn after it was asked, whichever variant it was asked on. */
@ApiTags('turns')
@Controller('api/chat/:chat_id')
export class TurnController {
  constructor(private readonly turns: TurnDirectory) {}

  @Get()
  @ApiOperation({ operationId: 'getReceipt', summary: 'What is stored of a turn' })
  @ApiParam({ name: 'chat_id', format: 'uuid', description: '`message_id` of variant A, `chat_id` of variant B' })
  @ApiOkResponse({ type: ReceiptDto })
  @ApiProblemResponses('not_found', 'internal_error', 'database_unavailable')
  async receipt(@Param('chat_id') chatId: string, @Caller() client: CallingClient): Promise<ReceiptDto> {
    return toReceipt(await this.turns.get(client.id, chatId));
  }
}
