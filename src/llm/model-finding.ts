import type { TargetConfig } from '../config/app-config.js';

/** What a model server was found to be, when it was asked for its list of models. */
export type ModelFinding =
  | { readonly kind: 'answers' }
  /** `reason`: an error code of the connection, or how long it was silent. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'key-refused'; readonly status: number }
  /** `found` is what it sent instead of a list; `rightUrl` is where there is an API. */
  | { readonly kind: 'no-api'; readonly found: string; readonly rightUrl?: string }
  | { readonly kind: 'unknown-model'; readonly listed: readonly string[] }
  | { readonly kind: 'failing'; readonly status: number };

const MAX_LISTED = 5;
const MAX_NAME_LENGTH = 100;

/** A finding in words that say what to change; to be read after the model's name. It repeats no key. */
export function describeFinding(finding: ModelFinding, { baseUrl, model, apiKey }: TargetConfig): string {
  const url = withoutQuery(baseUrl);
  switch (finding.kind) {
    case 'answers':
      return `${url} answers`;
    case 'unreachable':
      return `${url} cannot be reached (${finding.reason}). Check that the server is running, and LLM_BASE_URL (or base_url in the file of models)`;
    case 'key-refused':
      return apiKey === undefined
        ? `${url} wants a key (${finding.status}). Give it in LLM_API_KEY (or api_key_env in the file of models)`
        : `${url} refuses the key (${finding.status}). Check LLM_API_KEY (or api_key_env in the file of models)`;
    case 'no-api':
      return `${url} is reached, but there is no OpenAI-compatible API (${finding.found}). ${adviceOnUrl(url, finding.rightUrl)}`;
    case 'unknown-model':
      return `${url} answers, but does not know a model ${model}; it lists ${describeNames(finding.listed)}. Check LLM_MODEL (or model in the file of models)`;
    case 'failing':
      return `${url} answers with an error (${finding.status})`;
  }
}

function adviceOnUrl(url: string, rightUrl: string | undefined): string {
  if (rightUrl !== undefined) return `There is one at ${withoutQuery(rightUrl)}: set LLM_BASE_URL to that`;
  return url.endsWith('/v1')
    ? 'Check the host and the port in LLM_BASE_URL; a few servers list no models and work all the same'
    : 'Most servers have it under /v1: check the path in LLM_BASE_URL';
}

/** A query may hold a key. */
function withoutQuery(url: string): string {
  return url.split('?')[0] ?? url;
}

/** Bounded, and without control characters: the server chose them. */
function describeNames(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const shown = names
    .slice(0, MAX_LISTED)
    .map((name) => name.replaceAll(/\p{C}/gu, '?').slice(0, MAX_NAME_LENGTH));
  const rest = names.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
