import type { PreviewRequest } from '../../prompting/turn-preview.js';
import type { RenderPromptRequestDto } from './render.dto.js';

/** What a body means for the prompt of that name. `null` counts as not given. */
export function decodeRenderRequest(promptName: string, body: RenderPromptRequestDto): PreviewRequest {
  return {
    promptName,
    question: body.question,
    template: body.template ?? undefined,
    context: body.context ?? undefined,
    // What is not a role or a text of them goes to no model.
    history: (body.history ?? []).map(({ role, content }) => ({ role, content })),
    model: body.model_name ?? undefined,
  };
}
