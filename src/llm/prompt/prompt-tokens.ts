import { estimateTokens, TOKENS_PER_MESSAGE } from '../../common/text/token-estimate.js';
import type { ModelMessage, ModelParameters } from '../completion.js';
import { textOfContent } from './content-text.js';
import { kindOfPart } from './part-kind.js';

/**
 * What an image counts: OpenAI's sum for one of 1,024 by 1,024 pixels in high detail (85 and 170 for each of four tiles).
 * The service does not read images, whose size alone would tell more.
 */
const TOKENS_PER_IMAGE = 765;

/** What a model is sent. */
export interface Prompt {
  readonly messages: readonly ModelMessage[];
  /** Of these, the definitions of tools count. */
  readonly parameters?: ModelParameters;
}

/**
 * As `estimateTokens`, of all that a model is sent: texts, images, calls of tools and definitions of tools. Audio, video and
 * files count nothing: only their server knows how long they are.
 */
export function estimatePromptTokens({ messages, parameters }: Prompt): number {
  return estimateWithoutFormat({ messages, parameters }) + messages.length * TOKENS_PER_MESSAGE;
}

/** The same, without what a chat format adds to each message. */
export function estimateWithoutFormat({ messages, parameters }: Prompt): number {
  const tools = parameters?.['tools'];
  const defined = tools === undefined ? 0 : estimateTokens(JSON.stringify(tools));
  return messages.reduce((sum, message) => sum + tokensOfMessage(message), defined);
}

function tokensOfMessage(message: ModelMessage): number {
  const { content, tool_calls: calls } = message as ModelMessage & { readonly tool_calls?: unknown };
  const images = Array.isArray(content) ? content.filter((part) => kindOfPart(part) === 'image').length : 0;
  const called = Array.isArray(calls) ? calls.reduce((sum: number, call) => sum + tokensOfCall(call), 0) : 0;
  return estimateTokens(textOfContent(content)) + images * TOKENS_PER_IMAGE + called;
}

function tokensOfCall(call: unknown): number {
  const { function: called } = (call ?? {}) as { function?: { name?: unknown; arguments?: unknown } };
  return [called?.name, called?.arguments]
    .filter((text) => typeof text === 'string')
    .reduce((sum, text) => sum + estimateTokens(text), 0);
}
