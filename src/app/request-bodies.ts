import type { INestApplicationContext } from '@nestjs/common';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
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

/**
 * Reads a URL as a wire's clients mean it, before anything has looked at its path: body reader, guard and router see the same.
 */
export function joinBaseUrls(request: Request, _response: Response, next: NextFunction): void {
  for (const { joinUrl } of WIRES) if (joinUrl) request.url = joinUrl(request.url);
  next();
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
