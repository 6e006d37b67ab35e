import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { FrameStream } from '../../../common/http/sse/sse.js';
import type { TurnEvent } from '../../domain/turn-event.js';
import type { ReadableTurn } from '../../reading/readable-turn.js';
import type { FollowRequest } from '../wire.js';
import { FOLLOWED_WIRES } from './followed-wires.js';

/** Shows a turn in the frames of its wire; in those of the first wire where the frames of its own have no ids. */
@Injectable()
export class TurnPresenter {
  constructor(private readonly modules: ModuleRef) {}

  /** The frames of the turn; null: the reader has all of them, and reconnects nevertheless. */
  follow(turn: ReadableTurn, request: FollowRequest, withReasoning: boolean): FrameStream<TurnEvent> | null {
    const wire = FOLLOWED_WIRES.find(({ traits }) => traits.name === turn.variant) ?? FOLLOWED_WIRES[0]!;
    return this.modules.get(wire.follow.presenter).follow(turn, request, withReasoning);
  }
}
