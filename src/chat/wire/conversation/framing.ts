import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { ProblemContext } from '../../../common/errors/problem.js';
import { problemContextOf } from '../../../common/http/request-context.js';

/** How a stream is framed on the route that was called. */
export interface Framing {
  readonly context: ProblemContext;
  /** Whether frames carry the ids of their events. */
  readonly withIds: boolean;
}

/** What the middleware leaves on a request whose stream has no `id:`. */
export interface FramingMark {
  withoutFrameIds?: true;
}

/** How a stream of the Conversation API is framed on the route that was called, as a controller's parameter. */
export const RouteFraming = createParamDecorator((_: unknown, context: ExecutionContext): Framing => {
  const request = context.switchToHttp().getRequest<Parameters<typeof problemContextOf>[0] & FramingMark>();
  return { context: problemContextOf(request), withIds: request.withoutFrameIds !== true };
});
