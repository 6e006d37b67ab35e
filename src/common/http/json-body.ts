import { isUtf8 } from 'node:buffer';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { AppError, invalidField } from '../errors/app-error.js';
import { toPointer } from './field-pointer.js';

/** Deeper bodies overflow the stack of what validates them. */
const MAX_DEPTH = 32;

const METHODS_WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/i;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Reads JSON bodies of at most `limitBytes`, and leaves nothing but plain, shallow objects to the
 * routes. Refuses another content type by 415 instead of handing the route an empty body.
 */
export function jsonBody(limitBytes: number): RequestHandler[] {
  return [
    refuseOtherContentTypes,
    express.raw({ limit: limitBytes, type: 'application/json' }),
    parseBody,
    refuseOddBodies,
  ];
}

function refuseOtherContentTypes(request: Request, _response: Response, next: NextFunction): void {
  if (!METHODS_WITH_BODY.has(request.method) || isJson(request)) return next();
  if ('transfer-encoding' in request.headers) return refuseUnlessEmpty(request, next);
  next(Number(request.headers['content-length'] ?? 0) > 0 ? unsupportedMediaType() : undefined);
}

/**
 * An empty body needs no type. Proxies send an empty chunked one for an HTTP/2 request that has none, and only its
 * end tells it from any other: the first byte decides, and none is kept.
 */
function refuseUnlessEmpty(request: Request, next: NextFunction): void {
  const pass = (): void => next();
  request.once('end', pass);
  request.once('data', () => {
    request.off('end', pass);
    next(unsupportedMediaType());
  });
}

function unsupportedMediaType(): AppError {
  return new AppError(
    'unsupported_media_type',
    'Send the body as JSON in UTF-8, with Content-Type: application/json.',
  );
}

/** JSON has no other character set than UTF-8 (RFC 8259, section 8.1). */
function isJson(request: Request): boolean {
  const [, charset = 'utf-8'] = CHARSET.exec(request.get('content-type') ?? '') ?? [];
  return request.is('application/json') !== false && /^utf-?8$/i.test(charset);
}

function parseBody(request: Request, _response: Response, next: NextFunction): void {
  const bytes: unknown = request.body;
  if (!Buffer.isBuffer(bytes)) {
    next();
    return;
  }
  if (!isUtf8(bytes)) {
    // Decoded all the same, such bytes would be stored as U+FFFD, and nobody would be told.
    next(new AppError('malformed_json', 'The body is not valid UTF-8.'));
    return;
  }
  try {
    const text = bytes.toString('utf8');
    const json = text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
    request.body = json === '' ? undefined : (JSON.parse(json) as unknown);
    next();
  } catch (error) {
    next(describeSyntaxError(error));
  }
}

/** V8 says where, and quotes what it found there: only the place is repeated. */
function describeSyntaxError(error: unknown): AppError {
  const place = /\bposition (\d+)/.exec(String(error))?.[1];
  return new AppError(
    'malformed_json',
    `The body is not valid JSON${place === undefined ? '' : `: look at character ${place}`}.`,
  );
}

function refuseOddBodies(request: Request, _response: Response, next: NextFunction): void {
  const body: unknown = request.body;
  if (body !== undefined && (typeof body !== 'object' || body === null || Array.isArray(body))) {
    next(invalidField('', 'the body must be a JSON object'));
    return;
  }
  const tooDeep = findTooDeep(body);
  if (tooDeep === null) next();
  else next(invalidField(tooDeep, `must not be nested more than ${MAX_DEPTH} levels deep`));
}

/** The pointer of the first top-level member that is nested too deeply. Not recursive, on purpose. */
function findTooDeep(body: object | undefined): string | null {
  for (const [name, member] of Object.entries(body ?? {})) {
    if (isTooDeep(member)) return toPointer(name);
  }
  return null;
}

function isTooDeep(member: unknown): boolean {
  let level = [member];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [],
    );
  }
  return false;
}
