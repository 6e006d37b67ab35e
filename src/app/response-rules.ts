import type { NextFunction, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { notFound } from '../common/errors/app-error.js';

/** No cache may keep the data of a client; pages and their scripts allow caching themselves. */
export function keepPrivate(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('Cache-Control', 'no-store');
  next();
}

/**
 * A URL parser makes `/api/prompts/x/` of `/api/prompts/x/labels/..`, however the dots are encoded: to delete a label of
 * that name would delete the prompt.
 */
export function refuseToDeleteParents(request: Request, _response: Response, next: NextFunction): void {
  const isParent = request.method === 'DELETE' && request.path.endsWith('/');
  next(isParent ? notFound('route') : undefined);
}

/** Nothing of an API is to be run, framed or loaded by a page; `/docs` and `/playground` set their own policies. */
export function securityHeaders(hstsMaxAgeS: number): RequestHandler {
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
