import type { NestExpressApplication } from '@nestjs/platform-express';
import type { HttpConfig } from '../config/app-config.js';
import { frontPage } from '../playground/front-page.middleware.js';
import { playground } from '../playground/playground.middleware.js';

/** Serves the pages for people: the front page and, unless it is turned off, the playground. */
export function servePages(app: NestExpressApplication, http: HttpConfig): void {
  app.use(frontPage(http));
  if (http.playground) app.use('/playground', playground());
}
