import type { NestExpressApplication } from '@nestjs/platform-express';
import { logAccess } from '../common/http/access-log.js';
import { setUpServer } from '../common/http/http-server.js';
import { assignRequestContext } from '../common/http/request-context.js';
import { createValidationPipe } from '../common/http/validation.pipe.js';
import type { HttpConfig } from '../config/app-config.js';
import { joinBaseUrls, limitUnread, readBodies } from './request-bodies.js';
import { keepPrivate, refuseToDeleteParents, securityHeaders } from './response-rules.js';
import { serveOpenApi } from './openapi/openapi-document.js';
import { servePages } from './pages.js';
import { createProblemFilter, ERROR_HEADERS } from './problems.js';

/** For how long a browser may keep the answer to a preflight: the most that Chromium does. */
const PREFLIGHT_MAX_AGE_S = 7_200;

/** What `main`, the tests and the OpenAPI writer share: everything around the routes. */
export function setUpApp(app: NestExpressApplication, http: HttpConfig): void {
  app.disable('x-powered-by');
  app.disable('etag');
  if (http.trustProxy !== '') app.set('trust proxy', toTrustProxy(http.trustProxy));
  app.use(joinBaseUrls, limitUnread(http.bodyLimitBytes), assignRequestContext, logAccess);
  app.use(securityHeaders(http.hstsMaxAgeS), keepPrivate, refuseToDeleteParents);
  if (http.corsOrigins.length > 0) {
    app.enableCors({
      origin: http.corsOrigins.includes('*') ? '*' : [...http.corsOrigins],
      exposedHeaders: ['X-Request-Id', ...ERROR_HEADERS],
      maxAge: PREFLIGHT_MAX_AGE_S,
    });
  }
  servePages(app, http);
  app.use(readBodies(app, http.bodyLimitBytes));
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(createProblemFilter());
  serveOpenApi(app, { ui: http.swaggerUi, publicUrl: http.publicUrl });
  setUpServer(app.getHttpServer());
}

function toTrustProxy(value: string): number | string {
  return /^\d+$/.test(value) ? Number(value) : value;
}
