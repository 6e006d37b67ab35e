import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { AppError, invalidField } from '../errors/app-error.js';

/** Deeper bodies overflow the stack of what validates them. */
const MAX_DEPTH = 32;

const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

/**
 * Reads JSON bodies of at most `limitBytes`, and leaves nothing but plain, shallow objects to the
 * routes. Refuses another content type by 415 instead of handing the route an empty body.
 */
export function jsonBody(limitBytes: number): RequestHandler[] {
  return [refuseOtherContentTypes, express.json({ limit: limitBytes, type: 'application/json' }), refuseOddBodies];
}

function refuseOtherContentTypes(request: Request, _response: Response, next: NextFunction): void {
  const hasBody = Number(request.headers['content-length'] ?? 0) > 0 || 'transfer-encoding' in request.headers;
  if (METHODS_WITH_BODY.has(request.method) && hasBody && request.is('application/json') === false) {
    next(new AppError('unsupported_media_type', 'Send the body as JSON, with Content-Type: application/json.'));
    return;
  }
  next();
}

function refuseOddBodies(request: Request, _response: Response, next: NextFunction): void {
  const body: unknown = request.body;
  if (Array.isArray(body)) {
    next(invalidField('', 'the body must be a JSON object'));
    return;
  }
  const tooDeep = findTooDeep(body);
  if (tooDeep === null) next();
  else next(invalidField(tooDeep, `must not be nested more than ${MAX_DEPTH} levels deep`));
}

/** The pointer of the first top-level member that is nested too deeply. Not recursive, on purpose. */
function findTooDeep(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null;
  for (const [name, member] of Object.entries(body)) {
    if (isTooDeep(member)) return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }
  return null;
}

function isTooDeep(member: unknown): boolean {
  let level = [member];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return false;
}
