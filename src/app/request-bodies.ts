import type { INestApplicationContext } from '@nestjs/common';
import type { RequestHandler } from 'express';
import { AuthenticationService } from '../auth/authentication.service.js';
import { WIRES } from '../chat/wire/wires.js';
import { jsonBody } from '../common/http/body/json-body.js';
import { RequestMemory } from '../common/http/body/request-memory.js';
import { limitUnreadBodies } from '../common/http/body/unread-body.js';

/** A body that is a little too large is taken and thrown away, so that its caller sees the 413. */
const MAX_UNREAD_BYTES = 1_048_576;

/** The routes that take a number for an id: those of feedback and conversations, and those that wires name. */
const NUMBER_ID_PATHS = [
  /^\/api\/(?:feedback|conversations\/[^/]+)\/?$/i,
  ...WIRES.flatMap(({ numberIdPaths }) => numberIdPaths ?? []),
];

export function takesNumbersAsIds(path: string): boolean {
  return NUMBER_ID_PATHS.some((paths) => paths.test(path));
}

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
    takesNumbersAsIds,
    clientOf: (request) =>
      authentication.identify(request).then(
        ({ id }) => id,
        () => null,
      ),
  });
}
