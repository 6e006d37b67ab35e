import type { TargetConfig } from '../../config/app-config.js';

/** Why there was no answer. */
export type FailedConnection =
  /** `reason`: an error code of the connection, or how long it was silent. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** TLS was begun, and the server does not speak it. */
  | { readonly kind: 'speaks-http' }
  | { readonly kind: 'closed' }
  /** `reason`: the code of the certificate's fault. */
  | { readonly kind: 'untrusted'; readonly reason: string }
  | { readonly kind: 'other-host' };

/** The form of a reply of HTTP. */
interface ReplyForm {
  /** Whether it came in JSON: any other page may be a proxy's. */
  readonly isJson?: boolean;
}

/** What a model server was found to be, when it was asked for its list of models. */
export type ModelFinding =
  | { readonly kind: 'answers' }
  | FailedConnection
  /** `rightUrl`: without user, password and query. */
  | { readonly kind: 'redirects'; readonly status: number; readonly rightUrl: string }
  | ({ readonly kind: 'key-refused'; readonly status: number } & ReplyForm)
  /** `found` is what it sent instead of a list; `rightUrl` is where there is an API. */
  | ({ readonly kind: 'no-api'; readonly found: string; readonly rightUrl?: string } & ReplyForm)
  | { readonly kind: 'unknown-model'; readonly listed: readonly string[] }
  | ({ readonly kind: 'failing'; readonly status: number } & ReplyForm);

const MAX_LISTED = 5;
const MAX_NAME_LENGTH = 100;

/** Where the models come from: `LLM_BASE_URL` and the variables beside it, or the file of `LLM_MODELS_FILE`. */
export type PlaceOfModels = 'variables' | 'file';

/** What to change, by the place of the models. */
const NAMES = {
  variables: { url: 'LLM_BASE_URL', model: 'LLM_MODEL', key: 'LLM_API_KEY' },
  file: {
    url: 'base_url in the file of models',
    model: 'model in the file of models',
    key: 'api_key_env or api_key_file in the file of models',
  },
} as const;

/** A finding in words that say what to change; to be read after the model's name. It repeats no key. */
export function describeFinding(
  finding: ModelFinding,
  { baseUrl, model, apiKey }: TargetConfig,
  place: PlaceOfModels = 'variables',
): string {
  const url = withoutQuery(baseUrl);
  const names = NAMES[place];
  if (isFailedConnection(finding)) return describeConnection(finding, url, names.url);
  switch (finding.kind) {
    case 'answers':
      return `${url} answers`;
    case 'redirects':
      return `${url} redirects (${finding.status}) to ${finding.rightUrl}: write that in ${names.url}`;
    case 'key-refused':
      return apiKey === undefined
        ? `${url} wants a key (${finding.status}). Give it in ${names.key}`
        : `${url} refuses the key (${finding.status}). Check ${names.key}`;
    case 'no-api':
      return `${url} is reached, but there is no OpenAI-compatible API (${finding.found}). ${adviceOnUrl(url, finding.rightUrl, names.url)}`;
    case 'unknown-model':
      return `${url} answers, but does not know a model ${model}; it lists ${describeNames(finding.listed)}. Check ${names.model}`;
    case 'failing':
      return `${url} answers with an error (${finding.status})`;
  }
}

/** Whether the model server itself has answered, and no proxy for it. */
export function isServersAnswer(finding: ModelFinding): boolean {
  if (isFailedConnection(finding) || finding.kind === 'redirects') return false;
  return finding.kind === 'answers' || finding.kind === 'unknown-model' || finding.isJson === true;
}

/** Whether the server has answered nothing. */
export function isFailedConnection(finding: ModelFinding): finding is FailedConnection {
  return ['unreachable', 'speaks-http', 'closed', 'untrusted', 'other-host'].includes(finding.kind);
}

function describeConnection(finding: FailedConnection, url: string, name: string): string {
  switch (finding.kind) {
    case 'unreachable':
      return `${url} cannot be reached (${finding.reason}). Check that the server is running, and ${name}`;
    case 'speaks-http':
      return `${url} speaks HTTP, not HTTPS: write http:// in ${name}`;
    case 'closed':
      return `${url} closed the connection without an answer${url.startsWith('http:') ? `. Perhaps it wants https:// in ${name}` : ''}`;
    case 'untrusted':
      return `${url}: its certificate is not trusted (${finding.reason}). NODE_EXTRA_CA_CERTS names the file of its CA`;
    case 'other-host':
      return `${url}: its certificate is for another host. Write the host of the certificate in ${name}`;
  }
}

function adviceOnUrl(url: string, rightUrl: string | undefined, name: string): string {
  if (rightUrl !== undefined) return `There is one at ${withoutQuery(rightUrl)}: set ${name} to that`;
  return url.endsWith('/v1')
    ? `Check the host and the port in ${name}; a few servers list no models and work all the same`
    : `Most servers have it under /v1: check the path in ${name}`;
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
