import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { AuthenticationService } from '../auth/authentication.service.js';
import { notFound } from '../common/errors/app-error.js';
import { logAccess } from '../common/http/access-log.js';
import { setUpServer } from '../common/http/http-server.js';
import { jsonBody } from '../common/http/body/json-body.js';
import { ProblemFilter } from '../common/http/problem.filter.js';
import { assignRequestContext } from '../common/http/request-context.js';
import { RequestMemory } from '../common/http/body/request-memory.js';
import { limitUnreadBodies } from '../common/http/body/unread-body.js';
import { createValidationPipe } from '../common/http/validation.pipe.js';
import { WIRES } from '../chat/wire/wires.js';
import type { HttpConfig } from '../config/app-config.js';
import { databaseErrorToAppError } from '../database/database-error.js';
import { serveOpenApi } from './openapi/openapi-document.js';
import { WIRE_ERROR_HEADERS } from './openapi/wire-documents.js';
import { frontPage } from '../playground/front-page.middleware.js';
import { playground } from '../playground/playground.middleware.js';

/** A body that is a little too large is taken and thrown away, so that its caller sees the 413. */
const MAX_UNREAD_BYTES = 1_048_576;

/** For how long a browser may keep the answer to a preflight: the most that Chromium does. */
const PREFLIGHT_MAX_AGE_S = 7_200;

/** What `main`, the tests and the OpenAPI writer share: all that stands around the routes. */
export function setUpApp(app: NestExpressApplication, http: HttpConfig): void {
  app.disable('x-powered-by');
  app.disable('etag');
  if (http.trustProxy !== '') app.set('trust proxy', toTrustProxy(http.trustProxy));
  app.use(limitUnreadBodies(http.bodyLimitBytes + MAX_UNREAD_BYTES), assignRequestContext, logAccess);
  app.use(securityHeaders(http.hstsMaxAgeS), keepPrivate, refuseToDeleteParents);
  if (http.corsOrigins.length > 0) {
    app.enableCors({
      origin: http.corsOrigins.includes('*') ? '*' : [...http.corsOrigins],
      exposedHeaders: ['X-Request-Id', 'Retry-After', ...Object.keys(WIRE_ERROR_HEADERS)],
      maxAge: PREFLIGHT_MAX_AGE_S,
    });
  }
  app.use(frontPage(http));
  app.use(readBodies(app, http.bodyLimitBytes));
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(
    new ProblemFilter(
      [databaseErrorToAppError],
      WIRES.flatMap(({ errors }) => errors ?? []),
    ),
  );
  serveOpenApi(app, { ui: http.swaggerUi, publicUrl: http.publicUrl });
  if (http.playground) app.use('/playground', playground());
  setUpServer(app.getHttpServer());
}

/** Bodies of callers with a valid key; the others are refused by the guard, or by the lack of a route. */
function readBodies(app: NestExpressApplication, limitBytes: number): RequestHandler {
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

/** What belongs to one client is nobody's to keep on the way; pages and their scripts say so themselves where they may be kept. */
function keepPrivate(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Cache-Control', 'no-store');
  next();
}

/**
 * A URL parser makes `/api/prompts/x/` of `/api/prompts/x/labels/..`, however the dots are encoded: to delete a label of
 * that name would delete the prompt.
 */
function refuseToDeleteParents(request: Request, _response: Response, next: NextFunction): void {
  const isParent = request.method === 'DELETE' && request.path.endsWith('/');
  next(isParent ? notFound('route') : undefined);
}

/** Nothing of an API is to be run, framed or loaded by a page; `/docs` and `/playground` set their own policies. */
function securityHeaders(hstsMaxAgeS: number) {
  return helmet({
    // Only who runs the host knows whether all of it, and its subdomains, is to be HTTPS for so long.
    strictTransportSecurity: hstsMaxAgeS > 0 && { maxAge: hstsMaxAgeS, includeSubDomains: false },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
    },
    // Front ends on other origins may read answers where CORS allows it.
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  });
}

function toTrustProxy(value: string): number | string {
  return /^\d+$/.test(value) ? Number(value) : value;
}
