import type { AnswerRequest } from '../response/answer-text.js';

/** The names of the tools that a request offers; null: its caller takes no calls, so that a call in its answer is none. */
export function offeredTools({
  parameters = {},
  takesCalls = false,
}: Pick<AnswerRequest, 'parameters' | 'takesCalls'>): ReadonlySet<unknown> | null {
  const { tools } = parameters;
  if (!Array.isArray(tools) || tools.length === 0) return takesCalls ? new Set() : null;
  return new Set(
    (tools as ({ readonly function?: { readonly name?: unknown } | null } | null)[]).map(
      (tool) => tool?.function?.name,
    ),
  );
}
