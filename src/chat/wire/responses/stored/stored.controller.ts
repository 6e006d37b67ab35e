import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Caller, type CallingClient } from '../../../../auth/calling-client.js';
import { TurnStopper } from '../../../upkeep/turn-stopper.js';
import { ApiLasting } from '../../asking.api.js';
import { ApiCancelResponse, ApiDeleteResponse, ApiGetResponse, ApiListInput } from '../api.js';
import { toInputItems } from './input-items.js';
import { InputItemsQueryDto } from '../request/request.dto.js';
import { DeletedResponseDto, ResponseObjectDto, ResponseInputListDto } from '../response.dto.js';
import { readOfferedTools } from '../request/response-tools.js';
import { StoredResponses } from './stored-responses.js';

/** The responses that a client has stored. */
@ApiLasting('responses')
@Controller('v1/responses/:response_id')
export class StoredResponsesController {
  constructor(
    private readonly responses: StoredResponses,
    private readonly stopper: TurnStopper,
  ) {}

  @Get()
  @ApiGetResponse()
  getResponse(@Caller() client: CallingClient, @Param('response_id') id: string): Promise<ResponseObjectDto> {
    return this.responses.get(client.id, id);
  }

  @Delete()
  @ApiDeleteResponse()
  async deleteResponse(
    @Caller() client: CallingClient,
    @Param('response_id') id: string,
  ): Promise<DeletedResponseDto> {
    await this.responses.delete(client.id, id);
    return { id, object: 'response', deleted: true };
  }

  @Post('cancel')
  @HttpCode(200)
  @ApiCancelResponse()
  async cancelResponse(
    @Caller() client: CallingClient,
    @Param('response_id') id: string,
  ): Promise<ResponseObjectDto> {
    const { turn } = await this.responses.find(client.id, id);
    await this.stopper.stop(client.id, turn.id);
    return this.responses.get(client.id, id);
  }

  @Get('input_items')
  @ApiListInput()
  async listInputItems(
    @Caller() client: CallingClient,
    @Param('response_id') id: string,
    @Query() { order = 'desc', limit = 20, after }: InputItemsQueryDto,
  ): Promise<ResponseInputListDto> {
    const stored = await this.responses.find(client.id, id);
    const tools = readOfferedTools(stored.request['tools'] as readonly unknown[] | undefined);
    const items = toInputItems(await this.responses.readInput(stored), stored.turn.id, tools);
    const ordered = order === 'desc' ? items.reverse() : items;
    const rest = ordered.slice(ordered.findIndex((item) => item['id'] === after) + 1);
    const data = rest.slice(0, limit);
    const idOf = (item?: Record<string, unknown>) => (item ? String(item['id']) : null);
    return {
      object: 'list',
      data,
      first_id: idOf(data[0]),
      last_id: idOf(data.at(-1)),
      has_more: rest.length > limit,
    };
  }
}
