import { Body, Controller, HttpCode, RequestMethod, Sse } from '@nestjs/common';
import { Caller, type CallingClient } from '../../../auth/calling-client.js';
import { Incoming, type IncomingCall } from '../../../common/http/incoming-call.js';
import { Frames, FrameWriter, type SseStream } from '../../../common/http/sse/sse-framing.js';
import { TurnService } from '../../answering/turn.service.js';
import { QaRequestDto } from './request.dto.js';
import { ApiLasting } from '../asking.api.js';
import { ApiQaChat } from './api.js';
import { decodeQaRequest } from './decoder.js';
import { type QaFraming, RouteQaFraming } from './framing.js';
import { QaPresenter } from './presenter.js';

/** The QA API. A body of the Conversation API on its route is sent to that API's handlers by the middleware. */
@ApiLasting('qa')
@Controller('api/chat')
export class QaController {
  constructor(
    private readonly turns: TurnService,
    private readonly presenter: QaPresenter,
  ) {}

  @Sse('', { method: RequestMethod.POST })
  @HttpCode(200)
  @ApiQaChat()
  async qaChat(
    @Body() body: QaRequestDto,
    @Caller() client: CallingClient,
    @Incoming() call: IncomingCall,
    @RouteQaFraming() framing: QaFraming,
    @Frames() frames: FrameWriter,
  ): Promise<SseStream> {
    const turn = await this.turns.start(client, decodeQaRequest(body), call);
    if (this.presenter.hasAll(turn)) return frames.nothing();
    return frames.deliver(this.presenter.stream(turn, framing));
  }
}
