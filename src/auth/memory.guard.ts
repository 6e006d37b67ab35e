import type { ServerResponse } from 'node:http';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RequestMemory } from '../common/http/body/request-memory.js';
import type { AuthenticatedRequest } from './calling-client.js';
import { TAKES_OWN_PLACES } from './takes-own-places.decorator.js';

/** A page of a megabyte (see `MAX_PAGE_BYTES`), as rows and as JSON. */
const BYTES = 2 * 1_048_576;

/**
 * Holds memory for what a GET reads until its answer has left: a caller that asks for a thousand pages and reads none
 * would otherwise fill the memory of the process. Runs after the share of the database: who waits holds nothing.
 */
@Injectable()
export class MemoryGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly memory: RequestMemory,
  ) {}

  /** @throws AppError `too_many_requests`, `service_overloaded` */
  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const { callingClient, method } = http.getRequest<AuthenticatedRequest>();
    const handlers = [context.getHandler(), context.getClass()];
    if (!callingClient || method !== 'GET' || this.reflector.getAllAndOverride(TAKES_OWN_PLACES, handlers))
      return true;
    const response = http.getResponse<ServerResponse>();
    const { release } = this.memory.hold(callingClient.id, BYTES);
    // Its `close` has been: what it would hold would be held for ever.
    if (response.destroyed) release();
    else response.once('close', release);
    return true;
  }
}
