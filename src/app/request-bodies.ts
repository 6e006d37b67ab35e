import type { INestApplicationContext } from '@nestjs/common';
import type { RequestHandler } from 'express';
import { AuthenticationService } from '../auth/authentication.service.js';
import { jsonBody } from '../common/http/body/json-body.js';
import { RequestMemory } from '../common/http/body/request-memory.js';
import { limitUnreadBodies } from '../common/http/body/unread-body.js';

/** A body that is a little too large is taken and thrown away, so that its caller sees the 413. */
const MAX_UNREAD_BYTES = 1_048_576;

/** Bounds what is taken of a body that no handler reads. */
export function limitUnread(limitBytes: number): RequestHandler {
  return limitUnreadBodies(limitBytes + MAX_UNREAD_BYTES);
}

/** Bodies of callers with a valid key; the guard refuses the others, or no route exists for them. */
export function readBodies(app: INestApplicationContext, limitBytes: number): RequestHandler {
  const authentication = app.get(AuthenticationService, { strict: false });
  return jsonBody({
    limitBytes,
    memory: app.get(RequestMemory, { strict: false }),
    clientOf: (request) =>
      authentication.identify(request).then(
        ({ id }) => id,
        () => null,
      ),
  });
}
