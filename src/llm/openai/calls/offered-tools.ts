import type { ModelParameters } from '../../completion.js';

/** The names of the tools that a request offers; null: it offers none, so that a call in its answer is none. */
export function offeredTools(parameters: ModelParameters = {}): ReadonlySet<unknown> | null {
  const { tools } = parameters;
  if (!Array.isArray(tools) || tools.length === 0) return null;
  return new Set(
    (tools as ({ readonly function?: { readonly name?: unknown } | null } | null)[]).map(
      (tool) => tool?.function?.name,
    ),
  );
}
