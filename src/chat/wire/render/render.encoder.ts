import type { Preview } from '../../prompting/turn-preview.js';
import type { RenderedPromptDto } from './render.dto.js';

export function toRenderedPrompt({ name, version, messages, variables }: Preview): RenderedPromptDto {
  return { name, version, messages: [...messages], variables: [...variables].sort() };
}
