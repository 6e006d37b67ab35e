import { Injectable } from '@nestjs/common';
import type { Observable } from 'rxjs';
import type { ProblemContext } from '../../../common/errors/problem.js';
import type { SseFrame } from '../../../common/http/sse.js';
import type { ReadableTurn } from '../../readable-turn.js';
import { ConversationPresenter } from '../conversation/conversation.presenter.js';
import { QaPresenter } from '../qa/qa.presenter.js';

/** Shows a turn in the variant it was asked on; in variant A one that was asked on `/v1`, whose frames have no ids. */
@Injectable()
export class TurnPresenter {
  constructor(
    private readonly conversation: ConversationPresenter,
    private readonly qa: QaPresenter,
  ) {}

  stream(turn: ReadableTurn, context: ProblemContext): Observable<SseFrame> {
    return turn.variant === 'qa'
      ? this.qa.stream(turn, context)
      : this.conversation.stream(turn, { context, withIds: true });
  }
}
