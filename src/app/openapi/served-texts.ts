import type { NextFunction, Request, RequestHandler, Response } from 'express';

const PATHS = /^\/(?:openapi(?:\.json|\.yaml|-3\.0\.json)|(?:docs\/){1,2}swagger-ui-init\.js)\/?$/i;

/** The place in the finished texts for the URL of the server. */
export const SERVER_PLACEHOLDER = '/server-placeholder';
/** As JSON and YAML write it. */
const WRITTEN_PLACEHOLDER = new RegExp(`"?${SERVER_PLACEHOLDER}"?`);

/** `parts`: around the URL of the server. */
type FinishedText = Readonly<{ type: string; parts: readonly string[] }>;

/** A path as proxies announce what they took off: nothing that could name another host, or a folder above. */
const PREFIX = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+\/?$/;

/**
 * Where the service is reached from outside: `publicUrl` where it is configured, else the prefix that a trusted proxy says it
 * took off. A page asks the folder that it is in: without that, Swagger UI behind `/ai/` would call the root of the host.
 * @param publicUrl `''`: not configured
 * @returns without a slash at its end, which would be doubled before a path; not known: `'./'` for a page, else `'/'`
 */
export function serverOf(request: Request, publicUrl: string): string {
  const url = publicUrl || trustedPrefix(request);
  return url.replace(/\/+$/, '') || (isPage(request) ? './' : '/');
}

/**
 * Keeps the texts that Nest makes of the OpenAPI document: JSON, YAML, and the script of the page. Nest makes them for every
 * request, which takes up to 0.1 s and needs no key. The URL of the server is put in when a text is sent, so that no
 * header of a caller makes another text.
 * @param serverFor the URL of the server for a request
 */
export function keepTexts(serverFor: (request: Request) => string): RequestHandler {
  const texts = new Map<string, FinishedText>();
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!/^(?:GET|HEAD)$/.test(request.method) || !PATHS.test(request.path)) return next();
    const server = serverFor(request);
    const key = request.path.toLowerCase();
    const send = response.send.bind(response);
    const write = ({ type, parts }: FinishedText) => {
      response.type(type);
      return send(parts.join(JSON.stringify(server)));
    };
    const kept = texts.get(key);
    if (kept) return void write(kept);
    response.send = (text: unknown) => {
      response.send = send;
      if (response.statusCode !== 200 || typeof text !== 'string') return send(text);
      const made = { type: response.get('content-type') ?? '', parts: text.split(WRITTEN_PLACEHOLDER) };
      texts.set(key, made);
      return write(made);
    };
    next();
  };
}

function trustedPrefix(request: Request): string {
  const prefix = request.get('x-forwarded-prefix') ?? '';
  const trusts = request.app.get('trust proxy fn') as (address: string | undefined, hop: number) => boolean;
  return trusts(request.socket.remoteAddress, 0) && PREFIX.test(prefix) ? prefix : '';
}

/** Swagger UI has the document in a script of its own. */
function isPage({ originalUrl }: Request): boolean {
  return !/^\/openapi(?:\.json|\.yaml|-3\.0\.json)\/?(?:\?|$)/i.test(originalUrl);
}
