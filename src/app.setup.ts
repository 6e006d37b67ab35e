import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { notFound } from './common/errors/app-error.js';
import { logAccess } from './common/http/access-log.js';
import { bodyRoom } from './common/http/body-room.js';
import { jsonBody } from './common/http/json-body.js';
import { ProblemFilter } from './common/http/problem.filter.js';
import { assignRequestContext } from './common/http/request-context.js';
import { answerUnreadableRequests } from './common/http/unreadable-request.js';
import { createValidationPipe } from './common/http/validation.pipe.js';
import type { HttpConfig } from './config/app-config.js';
import { databaseErrorToAppError } from './database/database-error.js';
import { serveOpenApi } from './openapi.js';
import { frontPage } from './playground/front-page.middleware.js';
import { playground } from './playground/playground.middleware.js';

/** nginx and cloud balancers keep idle connections for 60 s: whoever closes first must not be us. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** What `main`, the tests and the OpenAPI writer share: all that stands around the routes. */
export function setUpApp(app: NestExpressApplication, http: HttpConfig): void {
  app.disable('x-powered-by');
  app.disable('etag');
  if (http.trustProxy !== '') app.set('trust proxy', toTrustProxy(http.trustProxy));
  app.use(assignRequestContext, logAccess, securityHeaders(), keepPrivate, refuseToDeleteParents);
  if (http.corsOrigins.length > 0) {
    app.enableCors({
      origin: http.corsOrigins.includes('*') ? '*' : [...http.corsOrigins],
      exposedHeaders: ['X-Request-Id', 'Retry-After', 'X-Should-Retry'],
    });
  }
  app.use(frontPage(http));
  app.use(bodyRoom(http.bodyLimitBytes), ...jsonBody(http.bodyLimitBytes));
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(new ProblemFilter([databaseErrorToAppError]));
  serveOpenApi(app, { ui: http.swaggerUi });
  if (http.playground) app.use('/playground', playground());

  const server = app.getHttpServer();
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.headersTimeout = KEEP_ALIVE_TIMEOUT_MS + 1_000;
  answerUnreadableRequests(server);
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
function securityHeaders() {
  return helmet({
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
