import { Injectable } from '@nestjs/common';
import type { FrameStream } from '../../../common/http/sse/sse.js';
import type { TurnEvent } from '../../domain/turn-event.js';
import type { ReadableTurn } from '../../reading/readable-turn.js';
import { ConversationPresenter } from '../conversation/presenter.js';
import type { QaFraming } from '../qa/framing.js';
import { QaPresenter } from '../qa/presenter.js';

/** Shows a turn in the variant it was asked on; in variant A one that was asked on `/v1`, whose frames have no ids. */
@Injectable()
export class TurnPresenter {
  constructor(
    private readonly conversation: ConversationPresenter,
    private readonly qa: QaPresenter,
  ) {}

  /** Whether the reader has all frames, and reconnects all the same. */
  hasAll(turn: ReadableTurn): boolean {
    return turn.variant === 'qa' ? this.qa.hasAll(turn) : this.conversation.hasAll(turn);
  }

  /** @param framing of variant A nothing of it but the context: its frames are always plain */
  stream(turn: ReadableTurn, framing: QaFraming): FrameStream<TurnEvent> {
    return turn.variant === 'qa'
      ? this.qa.stream(turn, framing)
      : this.conversation.stream(turn, { context: framing.context, withIds: true });
  }
}
