import type { NextFunction, Request, RequestHandler, Response } from 'express';

const PATHS = /^\/(?:openapi\.(?:json|yaml)|(?:docs\/){1,2}swagger-ui-init\.js)\/?$/i;

/** The place in the finished texts for the URL of the server. */
export const SERVER_PLACEHOLDER = '/server-placeholder';
/** As JSON and YAML write it. */
const WRITTEN_PLACEHOLDER = new RegExp(`"?${SERVER_PLACEHOLDER}"?`);

interface FinishedText {
  readonly type: string;
  /** Around the server's URL; one part: the text names none. */
  readonly parts: readonly string[];
}

/**
 * Keeps the texts that Nest makes of the OpenAPI document: JSON, YAML, and the script of the page. Nest makes them for every
 * request, which takes up to 0.1 s and needs no key. The URL of the server is put in when a text is sent, so that no
 * header of a caller makes another text.
 * @param serverFor the URL of the server for a request, `''` for none
 */
export function keepTexts(serverFor: (request: Request) => string): RequestHandler {
  const texts = new Map<string, FinishedText>();
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!/^(?:GET|HEAD)$/.test(request.method) || !PATHS.test(request.path)) return next();
    const server = serverFor(request);
    const key = `${request.path.toLowerCase()} ${server !== ''}`;
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
