/** What a proxy answers with while the server behind it cannot be reached; 521 to 523 are Cloudflare's. */
const PROXY_STATUSES: readonly number[] = [502, 503, 504, 521, 522, 523];

/** "Loading model" (llama.cpp), "Model … is currently loading" (Hugging Face), "server is not ready" (Triton). */
const LOADING =
  /\b(?:loading|starting|restarting|booting|initiali[sz]ing|warming)\b|\bnot (?:yet )?(?:ready|loaded|started)\b|正在加载|加载中|启动中/i;

/**
 * Whether a refusal says that the server restarts, or loads its model: it says so, or it is a page of a proxy that found no
 * server. What is JSON and says neither is the server's own word, such as that it is overloaded.
 * @param body what the response has: a value of JSON, or its text
 * @param message of the error
 */
export function saysAway(status: number, body: unknown, message: string): boolean {
  if (!PROXY_STATUSES.includes(status)) return false;
  const isPage = typeof body === 'string';
  return isPage || LOADING.test(message);
}
