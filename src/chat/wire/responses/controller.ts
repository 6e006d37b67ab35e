import { Body, Controller, HttpCode, Post, RequestMethod, Sse } from '@nestjs/common';
import { Caller, type CallingClient } from '../../../auth/calling-client.js';
import { Incoming, type IncomingCall } from '../../../common/http/incoming-call.js';
import { Frames, FrameWriter, type SseStream } from '../../../common/http/sse/sse-framing.js';
import { TurnService } from '../../answering/turn.service.js';
import { ApiLasting } from '../asking.api.js';
import { ApiResponseQuestion, ApiResponseStream } from './api.js';
import { ResponsesPresenter } from './presenter.js';
import { throwInResponseWords } from './request/response-words.js';
import { ResponseRequests } from './request/response-requests.js';
import { ResponseRequestDto } from './request/request.dto.js';
import { ResponseObjectDto } from './response.dto.js';

/** Asks as clients of the Responses API do. A request for a stream is sent to `/stream` by the middleware. */
@ApiLasting('responses')
@Controller('v1/responses')
export class ResponsesController {
  constructor(
    private readonly turns: TurnService,
    private readonly requests: ResponseRequests,
    private readonly presenter: ResponsesPresenter,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiResponseQuestion()
  async createResponse(
    @Body() body: ResponseRequestDto,
    @Caller() client: CallingClient,
    @Incoming() call: IncomingCall,
  ): Promise<ResponseObjectDto> {
    return this.presenter.answer(await this.start(client, body, call), call.disconnected);
  }

  @Sse('stream', { method: RequestMethod.POST })
  @HttpCode(200)
  @ApiResponseStream()
  async createResponseStream(
    @Body() body: ResponseRequestDto,
    @Caller() client: CallingClient,
    @Incoming() call: IncomingCall,
    @Frames() frames: FrameWriter,
  ): Promise<SseStream> {
    const turn = await this.start(client, body, call);
    return frames.deliver(await this.presenter.stream(turn, call.disconnected));
  }

  /** No frame carries an id, so `Last-Event-ID` means nothing here. */
  private async start(
    client: CallingClient,
    body: ResponseRequestDto,
    { idempotencyKey, disconnected, trace }: IncomingCall,
  ) {
    const request = await this.requests.decode(client.id, body);
    const turn = await this.turns
      .start(client, request, { idempotencyKey, disconnected, trace })
      .catch(throwInResponseWords);
    return { ...turn, request: request.wireRequest ?? {} };
  }
}
