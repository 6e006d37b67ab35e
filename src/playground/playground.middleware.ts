import { join } from 'node:path';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';

/** Beside `src` and `dist` alike. */
const CLIENTS = join(import.meta.dirname, '..', '..', 'clients');
const PAGE = join(CLIENTS, 'playground');
/** The TypeScript client, as it was built. */
const MODULES = join(CLIENTS, 'typescript', 'dist');

/**
 * Its own scripts, styles and this service, and nothing else; what a model says becomes text only: a script that
 * tried to make markup of it would be stopped (Trusted Types).
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** A page to try the service with a key. To be used under `/playground`. */
export function playground(): Router {
  const router = express.Router();
  const files = { index: false, redirect: false };
  router.use(setPolicy);
  router.get('/', sendPage);
  router.use(express.static(PAGE, files), express.static(MODULES, files));
  return router;
}

function setPolicy(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Content-Security-Policy', POLICY);
  next();
}

function sendPage(request: Request, response: Response): void {
  const [path = ''] = request.originalUrl.split('?');
  // The page names its files from where it is: with a slash behind it, they would be looked for one folder too low.
  if (path.endsWith('/')) response.redirect(308, '../playground');
  else response.sendFile('index.html', { root: PAGE });
}
