import { Inject, Injectable } from '@nestjs/common';
import { fromEvent, lastValueFrom, type Observable, takeUntil, toArray } from 'rxjs';
import { AppError } from '../../../common/errors/app-error.js';
import type { SseFrame } from '../../../common/http/sse.js';
import { emitEach } from '../../../common/rxjs/emit-each.js';
import { heartbeat } from '../../../common/rxjs/heartbeat.js';
import { APP_CONFIG, type AppConfig } from '../../../config/app-config.js';
import type { TurnEvent } from '../../domain/turn-event.js';
import { EMPTY_TEXT, foldText, wholeText } from '../../domain/turn-fold.js';
import type { ReadableTurn } from '../../readable-turn.js';
import type { Framing } from '../framing.js';
import type { ChatAnswerDto } from './chat-answer.dto.js';
import { conversationHeartbeat, encodeConversationEvent, encodeUsage } from './conversation.encoder.js';

/** Shows a turn as variant A: as a stream of frames or as one JSON answer. */
@Injectable()
export class ConversationPresenter {
  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {}

  stream(turn: ReadableTurn, framing: Framing): Observable<SseFrame> {
    const stream = { messageId: turn.id, conversationId: turn.conversationId ?? '', ...framing };
    return turn.events$.pipe(
      emitEach((event) => encodeConversationEvent(stream, event)),
      heartbeat(this.config.turn.heartbeatIntervalMs, conversationHeartbeat(turn.id)),
    );
  }

  /**
   * Waits for the end of the turn, or until the caller has gone.
   * @throws AppError why the turn failed
   */
  async answer(turn: ReadableTurn, disconnected: AbortSignal): Promise<ChatAnswerDto> {
    const events = await lastValueFrom(
      turn.events$.pipe(takeUntil(fromEvent(disconnected, 'abort')), toArray()),
    );
    return toChatAnswer(turn, events);
  }
}

function toChatAnswer(turn: ReadableTurn, events: readonly TurnEvent[]): ChatAnswerDto {
  const end = events.at(-1);
  if (end?.type === 'turn.failed') throw end.error;
  if (end?.type !== 'turn.completed' && end?.type !== 'turn.cancelled') {
    throw new AppError('bad_request', 'The caller left before the answer was complete.');
  }
  return {
    text: wholeText(events.reduce(foldText, EMPTY_TEXT)),
    message_id: turn.id,
    conversation_id: turn.conversationId ?? '',
    model_name: turn.model,
    finish_reason: end.type === 'turn.completed' ? end.finishReason : 'cancelled',
    usage: encodeUsage(end.usage),
  };
}
