import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { ClientSettings } from './client-settings.js';

/** The team whose key a request carries. Everything stored belongs to one. */
export interface CallingClient extends ClientSettings {
  /** UUIDv7 of the client's row. */
  readonly id: string;
  readonly name: string;
  /** Of the key that a request carries, for the log: its row's UUID, or `API_KEYS[0]` for the first one of the environment. */
  readonly keyId?: string;
}

/** The request as the guard leaves it. */
export interface AuthenticatedRequest extends Request {
  /** Rejects without a valid key. Set when it is first asked for. */
  identified?: Promise<CallingClient>;
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
