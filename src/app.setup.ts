import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
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
import { playground } from './playground/playground.middleware.js';

/** nginx and cloud balancers keep idle connections for 60 s: whoever closes first must not be us. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** What `main`, the tests and the OpenAPI writer share: all that stands around the routes. */
export function setUpApp(app: NestExpressApplication, http: HttpConfig): void {
  app.disable('x-powered-by');
  app.disable('etag');
  if (http.trustProxy !== '') app.set('trust proxy', toTrustProxy(http.trustProxy));
  app.use(assignRequestContext, logAccess, securityHeaders());
  if (http.corsOrigins.length > 0) {
    app.enableCors({
      origin: http.corsOrigins.includes('*') ? '*' : [...http.corsOrigins],
      exposedHeaders: ['X-Request-Id', 'Retry-After'],
    });
  }
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
