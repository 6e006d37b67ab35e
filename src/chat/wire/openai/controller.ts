import { Body, Controller, HttpCode, Post, RequestMethod, Sse } from '@nestjs/common';
import { Caller, type CallingClient } from '../../../auth/calling-client.js';
import { Incoming, type IncomingCall } from '../../../common/http/incoming-call.js';
import { Frames, FrameWriter, type SseStream } from '../../../common/http/sse/sse-framing.js';
import { TurnService } from '../../answering/turn.service.js';
import { ChatCompletionDto } from './frames.dto.js';
import { ChatCompletionRequestDto } from './request.dto.js';
import { ApiLasting } from '../asking.api.js';
import { ApiCompletion, ApiCompletionStream } from './api.js';
import { completionFormOf, decodeCompletionRequest } from './decoder.js';
import { throwInOpenAiWords } from '../v1-errors.js';
import { OpenAiPresenter } from './presenter.js';

/** The chat completions of the OpenAI API. A request for a stream is sent to `/stream` by the middleware. */
@ApiLasting('openai')
@Controller('v1/chat/completions')
export class OpenAiController {
  constructor(
    private readonly turns: TurnService,
    private readonly presenter: OpenAiPresenter,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiCompletion()
  async createChatCompletion(
    @Body() body: ChatCompletionRequestDto,
    @Caller() client: CallingClient,
    @Incoming() call: IncomingCall,
  ): Promise<ChatCompletionDto> {
    return this.presenter.answer(await this.start(client, body, call), completionFormOf(body, call));
  }

  @Sse('stream', { method: RequestMethod.POST })
  @HttpCode(200)
  @ApiCompletionStream()
  async createChatCompletionStream(
    @Body() body: ChatCompletionRequestDto,
    @Caller() client: CallingClient,
    @Incoming() call: IncomingCall,
    @Frames() frames: FrameWriter,
  ): Promise<SseStream> {
    const turn = await this.start(client, body, call);
    const withUsage = body.stream_options?.include_usage === true;
    return frames.deliver(await this.presenter.stream(turn, { withUsage, ...completionFormOf(body, call) }));
  }

  /** No frame carries an id, so `Last-Event-ID` means nothing here. */
  private start(
    client: CallingClient,
    body: ChatCompletionRequestDto,
    { idempotencyKey, disconnected, trace }: IncomingCall,
  ) {
    return this.turns
      .start(client, decodeCompletionRequest(body), { idempotencyKey, disconnected, trace })
      .catch(throwInOpenAiWords);
  }
}
