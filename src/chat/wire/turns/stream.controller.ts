import { Controller, Param, Query, Req, RequestMethod, Sse } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import { EMPTY } from 'rxjs';
import { Caller, type CallingClient } from '../../../auth/calling-client.js';
import { readRepeatHeaders, Repeat, type RepeatHeaders } from '../../../common/http/repeat-headers.js';
import { Frames, FrameWriter, type SseStream } from '../../../common/http/sse/sse-framing.js';
import { TurnStreams } from '../../reading/turn-streams.js';
import { ApiLasting } from '../asking.api.js';
import type { FollowRequest } from '../wire.js';
import { FollowQueryDto } from './turns.dto.js';
import { ApiFollow } from './turns.api.js';
import { TurnPresenter } from './turns.presenter.js';

/** The stream of a turn, read again: whichever API it was asked on. */
@ApiLasting('turns')
@Controller('api/chat/:chat_id')
export class TurnStreamController {
  constructor(
    private readonly streams: TurnStreams,
    private readonly presenter: TurnPresenter,
  ) {}

  /** Before the stream itself, which Express would answer a HEAD with: it would read the turn to its end, and keep it alive. */
  @Sse('stream', { method: RequestMethod.HEAD })
  @ApiExcludeEndpoint()
  async describe(
    @Param('chat_id') chatId: string,
    @Caller() client: CallingClient,
    @Repeat() { lastEventId }: RepeatHeaders,
  ): Promise<SseStream> {
    await this.streams.follow(client.id, chatId, lastEventId);
    return EMPTY;
  }

  @Sse('stream', { method: RequestMethod.GET })
  @ApiFollow()
  async followTurn(
    @Param('chat_id') chatId: string,
    @Caller() client: CallingClient,
    @Query() { reasoning = false }: FollowQueryDto,
    @Req() request: FollowRequest,
    @Frames() frames: FrameWriter,
  ): Promise<SseStream> {
    const { lastEventId } = readRepeatHeaders(request);
    const turn = await this.streams.follow(client.id, chatId, lastEventId);
    const stream = this.presenter.follow(turn, request, reasoning);
    return stream ? frames.deliver(stream) : frames.nothing();
  }
}
