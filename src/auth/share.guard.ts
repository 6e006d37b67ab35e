import type { ServerResponse } from 'node:http';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DatabaseShares } from '../database/database-shares.js';
import type { AuthenticatedRequest } from './calling-client.js';
import { TAKES_OWN_PLACES } from './takes-own-places.decorator.js';

/**
 * Has a request wait until its client may use the database, and gives the place back as soon as the answer is made,
 * however slowly it is read. A guard and not an interceptor: an interceptor turns refusals of an SSE route into 200s.
 */
@Injectable()
export class ShareGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly shares: DatabaseShares,
  ) {}

  /** @throws AppError `too_many_requests` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const { callingClient } = http.getRequest<AuthenticatedRequest>();
    const handlers = [context.getHandler(), context.getClass()];
    if (!callingClient || this.reflector.getAllAndOverride<boolean>(TAKES_OWN_PLACES, handlers)) return true;
    const release = await this.shares.enter(callingClient.id);
    onEnd(http.getResponse<ServerResponse>(), release);
    return true;
  }
}

/**
 * Calls `listener` when the handler ends the response. No event says that: `finish` waits for a slow reader, and `close`
 * comes while the statements of a caller that hung up still run.
 */
function onEnd(response: ServerResponse, listener: () => void): void {
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
  response.end = (...args: unknown[]) => {
    listener();
    return end(...args);
  };
}
