import { Controller, HttpCode, Param, Post, RequestMethod, Sse } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Observable } from 'rxjs';
import { Caller, type CallingClient } from '../../../auth/calling-client.js';
import type { ProblemContext } from '../../../common/errors/problem.js';
import { Repeat, type RepeatHeaders } from '../../../common/http/repeat-headers.js';
import { RequestContext } from '../../../common/http/request-context.js';
import { MAX_PENDING_CHARACTERS, type SseFrame } from '../../../common/http/sse.js';
import { TurnPlayer } from '../../turn.player.js';
import { TurnStopper } from '../../turn.stopper.js';
import { toStopped } from './stopped.encoder.js';
import { StoppedDto } from './stopped.dto.js';
import { ApiFollow, ApiStop } from './turn.api.js';
import { TurnPresenter } from './turn.presenter.js';

/** A turn after it was asked, whichever variant it was asked on. */
@ApiTags('turns')
@Controller('api/chat/:chat_id')
export class TurnController {
  constructor(
    private readonly player: TurnPlayer,
    private readonly stopper: TurnStopper,
    private readonly presenter: TurnPresenter,
  ) {}

  @Sse('stream', { method: RequestMethod.GET, maxPendingDataLength: MAX_PENDING_CHARACTERS })
  @ApiFollow()
  async follow(
    @Param('chat_id') chatId: string,
    @Caller() client: CallingClient,
    @Repeat() { lastEventId }: RepeatHeaders,
    @RequestContext() context: ProblemContext,
  ): Promise<Observable<SseFrame>> {
    return this.presenter.stream(await this.player.follow(client.id, chatId, lastEventId), context);
  }

  @Post('stop')
  @HttpCode(200)
  @ApiStop()
  async stop(@Param('chat_id') chatId: string, @Caller() client: CallingClient): Promise<StoppedDto> {
    return toStopped(await this.stopper.stop(client.id, chatId));
  }
}
