import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** The team whose key a request carries. Everything stored belongs to one. */
export interface CallingClient {
  /** UUIDv7 of the client's row. */
  readonly id: string;
  readonly name: string;
  /** The longest message that its channel takes, in UTF-8 bytes; absent: any. */
  readonly breakMaxBytes?: number;
}

/** The request as the guard leaves it. */
export interface AuthenticatedRequest extends Request {
  callingClient?: CallingClient;
}

/**
 * The calling client, as a controller's parameter: `@Caller() client: CallingClient`.
 * @throws Error on a route that is `@Public()`: such a route has no calling client.
 */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): CallingClient => {
  const client = context.switchToHttp().getRequest<AuthenticatedRequest>().callingClient;
  if (!client) throw new Error('A public route has no calling client');
  return client;
});
