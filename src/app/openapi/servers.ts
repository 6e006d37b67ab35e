import type { OpenAPIObject } from '@nestjs/swagger';
import type { Request } from 'express';

/** A path as proxies announce what they took off: nothing that could name another host, or a folder above. */
const PREFIX = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+\/?$/;

/**
 * Where the service is reached from outside: `publicUrl` where it is configured, else the prefix that a trusted proxy says it
 * took off. A page asks the folder that it is in: without that, Swagger UI behind `/ai/` would call the root of the host.
 * @param publicUrl `''`: not configured
 * @returns without a slash at its end, which would be doubled before a path; `'./'` for a page; `''`: not known
 */
export function serverOf(request: Request, publicUrl: string): string {
  const url = publicUrl || trustedPrefix(request);
  return url === '' && isPage(request) ? './' : url.replace(/\/+$/, '');
}

/** @param url `''`: the document names no server, which means the one asked */
export function withServer(document: OpenAPIObject, url: string): OpenAPIObject {
  return url === '' ? document : { ...document, servers: [{ url }] };
}

function trustedPrefix(request: Request): string {
  const prefix = request.get('x-forwarded-prefix') ?? '';
  const trusts = request.app.get('trust proxy fn') as (address: string | undefined, hop: number) => boolean;
  return trusts(request.socket.remoteAddress, 0) && PREFIX.test(prefix) ? prefix : '';
}

/** Swagger UI has the document in a script of its own. */
function isPage({ originalUrl }: Request): boolean {
  return !/^\/openapi\.(?:json|yaml)\/?(?:\?|$)/i.test(originalUrl);
}
