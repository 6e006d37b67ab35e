import { Body, Controller, HttpCode, Post, RequestMethod, Res, Sse } from '@nestjs/common';
import { Caller, type CallingClient } from '../../../auth/calling-client.js';
import { Incoming, type IncomingCall } from '../../../common/http/incoming-call.js';
import {
  asOnlyFrame,
  Frames,
  FrameWriter,
  type SettableHeaders,
  type SseStream,
} from '../../../common/http/sse/sse-framing.js';
import { type Call, TurnService } from '../../answering/turn.service.js';
import { type Framing, RouteFraming } from './framing.js';
import { ChatRequestDto } from './request.dto.js';
import { ApiLasting } from '../asking.api.js';
import { ApiChat, ApiChatStream } from './api.js';
import { decodeConversationRequest } from './decoder.js';
import { throwInConversationWords } from './errors.js';
import { ConversationPresenter } from './presenter.js';

/** The Conversation API. A `POST /chat` that asks for SSE is sent to `/chat/stream` by the middleware. */
@ApiLasting('chat')
@Controller()
export class ConversationController {
  constructor(
    private readonly turns: TurnService,
    private readonly presenter: ConversationPresenter,
  ) {}

  @Post('chat')
  @HttpCode(200)
  @ApiChat()
  async chat(
    @Body() body: ChatRequestDto,
    @Caller() client: CallingClient,
    @Incoming() call: IncomingCall,
    @Res({ passthrough: true }) response: SettableHeaders,
  ) {
    // A JSON answer is complete, wherever the caller was.
    const turn = await this.start(client, body, { ...call, isWhole: true });
    const { disconnected } = call;
    const answer = await this.presenter.answer(turn, {
      disconnected,
      withReasoning: body.reasoning === true,
    });
    return client.wholeAnswer === 'sse' ? asOnlyFrame(answer, response) : answer;
  }

  @Sse('chat/stream', { method: RequestMethod.POST })
  @HttpCode(200)
  @ApiChatStream()
  async chatStream(
    @Body() body: ChatRequestDto,
    @Caller() client: CallingClient,
    @Incoming() call: IncomingCall,
    @RouteFraming() framing: Framing,
    @Frames() frames: FrameWriter,
  ): Promise<SseStream> {
    const turn = await this.start(client, body, call);
    if (this.presenter.hasAll(turn)) return frames.nothing();
    const withReasoning = body.reasoning === true;
    return frames.deliver(this.presenter.stream(turn, { ...framing, withReasoning }));
  }

  private start(client: CallingClient, body: ChatRequestDto, call: Call) {
    return this.turns.start(client, decodeConversationRequest(body), call).catch(throwInConversationWords);
  }
}
