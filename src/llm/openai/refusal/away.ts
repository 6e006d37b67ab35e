import { AWAY, AWAY_WITH_REQUEST } from '../../failure-classes.js';
import type { FailureClass } from '../../model-failure.js';

/**
 * What a proxy answers with while it reaches no server; 521 to 523 are Cloudflare's. Up to so many milliseconds after the
 * request no server has it: later the proxy may have waited for a server that worked. HAProxy tries a server for 3 s before its 503.
 */
const UNREACHED_WITHIN_MS: Readonly<Record<number, number>> = {
  502: 1_000,
  503: 5_000,
  504: 0,
  521: Infinity,
  522: Infinity,
  523: Infinity,
};

/** "Loading model" (llama.cpp), "Model … is currently loading" (Hugging Face), "server is not ready" (Triton). */
const LOADING =
  /\b(?:loading|starting|restarting|booting|initiali[sz]ing|warming)\b|\bnot (?:yet )?(?:ready|loaded|started)\b|正在加载|加载中|启动中/i;

/**
 * The class of a refusal that says that the server restarts, or loads its model: it says so, or it is a page of a proxy that
 * found no server; else null. What is JSON and says neither is the server's own word, such as that it is overloaded.
 * @param body what the response has: a value of JSON, or its text
 * @param message of the error
 */
export function awayClassOf(
  { status, afterMs }: { readonly status: number; readonly afterMs: number },
  body: unknown,
  message: string,
): FailureClass | null {
  const withinMs = UNREACHED_WITHIN_MS[status];
  if (withinMs === undefined) return null;
  if (typeof body === 'string') return afterMs < withinMs ? AWAY : AWAY_WITH_REQUEST;
  return LOADING.test(message) ? AWAY : null;
}
