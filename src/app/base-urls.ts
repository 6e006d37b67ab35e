import type { NextFunction, Request, Response } from 'express';
import { WIRES } from '../chat/wire/wires.js';

/**
 * Reads a URL as a wire's clients mean it, before anything has looked at its path: body reader, guard and router see the same.
 */
export function joinBaseUrls(request: Request, _response: Response, next: NextFunction): void {
  for (const { joinUrl } of WIRES) if (joinUrl) request.url = joinUrl(request.url);
  next();
}
