import { chunk, encodeEvent, usageChunk } from './model-server.frames.js';
import type { PlayedResponse, PlayStep } from './server-play.js';

/** One delta as an event. */
export const deltaEvent = (delta: Record<string, unknown>, finishReason: string | null = null): string =>
  encodeEvent(chunk(delta, finishReason));
export const textEvent = (text: string): string => deltaEvent({ content: text });

export const ROLE = deltaEvent({ role: 'assistant', content: '' });
export const STOP = deltaEvent({}, 'stop');
export const DONE = encodeEvent('[DONE]');
export const USAGE = encodeEvent(usageChunk({ prompt_tokens: 11, completion_tokens: 7 }));
/** `Hello world.` in three deltas. */
export const HELLO: readonly string[] = ['Hello', ' wor', 'ld.'].map(textEvent);
/** A right answer: `Hello world.` */
export const RIGHT: readonly PlayStep[] = [ROLE, ...HELLO, STOP, USAGE, DONE];

export function refusal(status: number, body: unknown, headers?: Record<string, string>): PlayedResponse {
  return { status, headers, body: JSON.stringify(body) };
}

/** OpenAI's form of an error. */
export function openAiError(message: string, more: object = {}): object {
  return { error: { message, type: 'invalid_request_error', param: null, code: null, ...more } };
}

/** `step`, then a pause of `ms`, `count` times. */
export function each(count: number, ms: number, step: string): PlayStep[] {
  return Array.from({ length: count }, () => [step, ms]).flat();
}
