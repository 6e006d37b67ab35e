import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { Caller, type CallingClient } from '../../../auth/calling-client.js';
import { TurnStopper } from '../../upkeep/turn-stopper.js';
import { ApiLasting } from '../asking.api.js';
import { toStopped } from './stopped.encoder.js';
import { ApiStop } from './turns.api.js';
import { StoppedTurnDto } from './turns.dto.js';

/** The end of a turn before its time, whichever API it was asked on. */
@ApiLasting('turns')
@Controller('api/chat/:chat_id')
export class StopController {
  constructor(private readonly stopper: TurnStopper) {}

  @Post('stop')
  @HttpCode(200)
  @ApiStop()
  async stopTurn(@Param('chat_id') chatId: string, @Caller() client: CallingClient): Promise<StoppedTurnDto> {
    return toStopped(await this.stopper.stop(client.id, chatId));
  }
}
