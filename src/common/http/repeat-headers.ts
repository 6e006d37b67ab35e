import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { AppError } from '../errors/app-error.js';

/** What a request says of being a repetition of an earlier one. */
export interface RepeatHeaders {
  /** `Idempotency-Key`: 1 to 255 visible ASCII characters (draft-ietf-httpapi-idempotency-key-header). */
  readonly idempotencyKey?: string;
  /** `Last-Event-ID`: the id of the last frame that the caller has. */
  readonly lastEventId?: string;
}

/** @throws AppError `validation_failed` for a key that is empty, too long or has other characters */
export function readRepeatHeaders(request: Pick<Request, 'get'>): RepeatHeaders {
  const idempotencyKey = request.get('idempotency-key')?.trim();
  if (idempotencyKey !== undefined && !/^[\x21-\x7e]{1,255}$/.test(idempotencyKey)) {
    throw new AppError('validation_failed', 'The Idempotency-Key header cannot be used.', {
      errors: [{ pointer: 'Idempotency-Key', detail: 'must have 1 to 255 visible ASCII characters' }],
    });
  }
  return { idempotencyKey, lastEventId: request.get('last-event-id')?.trim() || undefined };
}

/** The request's `Idempotency-Key` and `Last-Event-ID`, as a controller's parameter. */
export const Repeat = createParamDecorator((_: unknown, context: ExecutionContext): RepeatHeaders =>
  readRepeatHeaders(context.switchToHttp().getRequest<Request>()),
);
