import type { Dispatcher } from 'undici';
import type { TargetConfig } from '../../../config/app-config.js';
import type { ChatRequest } from './chat-request.js';
import { asksForStream, type RefusedNames, toRequestBody } from './request-body.js';
import { targetHeaders } from './target-headers.js';

/**
 * The HTTP request that asks `target` for a completion. A query in the base URL, such as Azure's `api-version`, is kept.
 * @param refused names of parameters that the server does not take
 */
export function toHttpRequest(
  target: TargetConfig,
  request: ChatRequest,
  refused: RefusedNames,
): Dispatcher.DispatchOptions & { readonly body: string } {
  const { origin, pathname, search } = new URL(target.baseUrl);
  return {
    origin,
    path: `${pathname.replace(/\/$/, '')}/chat/completions${search}`,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: asksForStream(target, refused) ? 'text/event-stream' : 'application/json',
      // A compressed stream is held back until a block is full.
      'accept-encoding': 'identity',
      ...request.trace,
      ...targetHeaders(target),
    },
    body: JSON.stringify(toRequestBody(target, request, refused)),
  };
}
