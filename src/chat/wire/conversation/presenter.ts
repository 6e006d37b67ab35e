import { Inject, Injectable } from '@nestjs/common';
import { problemContextOf } from '../../../common/http/request-context.js';
import type { FrameStream } from '../../../common/http/sse/sse.js';
import { APP_CONFIG, type AppConfig } from '../../../config/app-config.js';
import type { TurnEvent } from '../../domain/turn-event.js';
import type { ReadableTurn } from '../../reading/readable-turn.js';
import type { Framing } from './framing.js';
import { readWholeAnswer } from '../whole-answer.js';
import type { FollowPresenter, FollowRequest } from '../wire.js';
import type { ChatAnswerDto } from './frames.dto.js';
import { encodeUsage } from '../usage.encoder.js';
import { conversationHeartbeat, encodeConversationEvent } from './encoder.js';

/** Shows a turn as the Conversation API does: as a stream of frames or as one JSON answer. */
@Injectable()
export class ConversationPresenter implements FollowPresenter {
  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  follow(turn: ReadableTurn, request: FollowRequest, withReasoning: boolean): FrameStream<TurnEvent> | null {
    if (this.hasAll(turn)) return null;
    return this.stream(turn, { context: problemContextOf(request), withIds: true, withReasoning });
  }

  /** Whether the reader has all frames. The end was sent again once: a cut connection can have lost it once. */
  hasAll({ endRepeats = 0 }: ReadableTurn): boolean {
    return endRepeats >= 1;
  }

  stream(turn: ReadableTurn, framing: Framing & { withReasoning: boolean }): FrameStream<TurnEvent> {
    const stream = { messageId: turn.id, conversationId: turn.conversationId ?? '', ...framing };
    return {
      events$: turn.events$,
      encode: (event) => encodeConversationEvent(stream, event),
      heartbeat: conversationHeartbeat(turn.id),
      heartbeatMs: this.config.turn.heartbeatIntervalMs,
    };
  }

  /**
   * Waits for the end of the turn, or until the caller has gone.
   * @throws AppError why the turn failed
   */
  async answer(
    turn: ReadableTurn,
    { disconnected, withReasoning }: { disconnected: AbortSignal; withReasoning: boolean },
  ): Promise<ChatAnswerDto> {
    const { text, reasoning, finishReason, usage } = await readWholeAnswer(turn, disconnected);
    return {
      text,
      reasoning: withReasoning ? reasoning : undefined,
      message_id: turn.id,
      conversation_id: turn.conversationId ?? '',
      model_name: turn.model,
      finish_reason: finishReason,
      usage: encodeUsage(usage),
    };
  }
}
