import type { UsageDto } from '../../common/api/turn.dto.js';
import type { Usage } from '../../llm/completion.js';

export function encodeUsage({ inputTokens, outputTokens }: Usage): UsageDto {
  return { input_tokens: inputTokens, output_tokens: outputTokens };
}
