import { estimateTokens, TOKENS_PER_MESSAGE } from '../../common/text/token-estimate.js';
import type { ModelMessage } from '../completion.js';
import { textOfContent } from './content-text.js';

/** As `estimateTokens`, of the texts of all messages that a model is sent. */
export function estimatePromptTokens(messages: readonly ModelMessage[]): number {
  return messages.reduce(
    (sum, { content }) => sum + TOKENS_PER_MESSAGE + estimateTokens(textOfContent(content)),
    0,
  );
}
