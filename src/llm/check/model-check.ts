import { type Dispatcher, request } from 'undici';
import type { TargetConfig } from '../../config/app-config.js';
import { targetHeaders } from '../openai/request/target-headers.js';
import type { FailedConnection, ModelFinding } from './model-finding.js';

/** For one request; a server that has no API where it was looked for is asked a second time elsewhere. */
const TIMEOUT_MS = 1_500;

/** Aggregators list thousands of models. */
const MAX_LIST_BYTES = 16_000_000;

interface Reply {
  readonly kind: 'reply';
  readonly status: number;
  readonly listed: readonly string[] | null;
  readonly isJson: boolean;
  /** Of a redirection: where it leads. */
  readonly location: string | undefined;
}

/** The codes of a certificate that no trusted CA has signed, or whose time is over. */
const UNTRUSTED = /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+)$/;

/**
 * Asks a model server, over `dispatcher`, for its list of models (`GET /models`), which costs no tokens. Takes 3 s at most, never rejects,
 * and says nothing of whether the model can answer.
 */
export async function checkTarget(target: TargetConfig, dispatcher?: Dispatcher): Promise<ModelFinding> {
  const reply = await listModels(target, target.baseUrl, dispatcher);
  if (reply.kind !== 'reply') return reply;
  const { status, listed, isJson } = reply;
  const rightUrl = toBaseUrlOf(reply, target);
  if (rightUrl !== undefined) return { kind: 'redirects', status, rightUrl };
  if (status === 401 || status === 403) return { kind: 'key-refused', status, isJson };
  if (status >= 500 || status === 429) return { kind: 'failing', status, isJson };
  if (status !== 200 || listed === null) {
    const found = status === 200 ? 'no list of models at /models' : `${status} at /models`;
    return { kind: 'no-api', found, isJson, rightUrl: await findApi(target, dispatcher) };
  }
  return listed.some((id) => isSameModel(id, target.model))
    ? { kind: 'answers' }
    : { kind: 'unknown-model', listed };
}

/** Where a redirection leads, as a base URL: without `/models`, and without what may be a secret. */
function toBaseUrlOf({ status, location }: Reply, { baseUrl }: TargetConfig): string | undefined {
  if (status < 300 || status > 399 || location === undefined) return undefined;
  const url = URL.parse(location, `${baseUrl}/models`);
  // A page to log in at, perhaps: no address of an API.
  if (url === null || !url.pathname.endsWith('/models')) return undefined;
  return `${url.origin}${url.pathname.replace(/\/+models$/, '')}`;
}

/** The usual mistake is a base URL without `/v1`. */
async function findApi(target: TargetConfig, dispatcher?: Dispatcher): Promise<string | undefined> {
  const url = new URL(target.baseUrl);
  if (/\/v1$/.test(url.pathname)) return undefined;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1`;
  const reply = await listModels(target, url.href, dispatcher);
  const isApi = reply.kind === 'reply' && (reply.listed !== null || reply.status === 401);
  return isApi ? url.href : undefined;
}

/** Ollama adds a tag to a name without one, Gemini puts a folder before it. */
function isSameModel(id: string, model: string): boolean {
  return [model, `${model}:latest`, `models/${model}`].includes(id);
}

async function listModels(
  target: TargetConfig,
  baseUrl: string,
  dispatcher?: Dispatcher,
): Promise<Reply | FailedConnection> {
  const url = new URL(baseUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/models`;
  try {
    const { statusCode, headers, body } = await request(url, {
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        ...targetHeaders(target),
      },
      dispatcher,
      // No connection is kept: nothing may be asked for hours.
      reset: true,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const location = [headers.location].flat()[0];
    const content = parse(await readText(body));
    const isJson = content !== undefined;
    return { kind: 'reply', status: statusCode, listed: toIds(content), isJson, location };
  } catch (error) {
    return toFailedConnection(reasonOf(error));
  }
}

async function readText(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += (chunk as Buffer).byteLength;
    if (size > MAX_LIST_BYTES) break;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

/** The value of JSON; undefined when it is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The ids of a list as OpenAI has it, or of a bare array; null when it is none. */
function toIds(content: unknown): string[] | null {
  const list: unknown = Array.isArray(content) ? content : (content as { data?: unknown } | null)?.data;
  if (!Array.isArray(list)) return null;
  return list.flatMap((entry: unknown) => {
    const id = (entry as { id?: unknown } | null)?.id;
    return typeof id === 'string' ? [id] : [];
  });
}

function toFailedConnection(reason: string): FailedConnection {
  if (reason === 'ERR_SSL_WRONG_VERSION_NUMBER' || reason === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return { kind: 'speaks-http' };
  if (reason === 'UND_ERR_SOCKET' || reason.startsWith('HPE_')) return { kind: 'closed' };
  if (reason === 'ERR_TLS_CERT_ALTNAME_INVALID') return { kind: 'other-host' };
  return { kind: UNTRUSTED.test(reason) ? 'untrusted' : 'unreachable', reason };
}

/** A code without words: a message may repeat what the server sent. */
function reasonOf(error: unknown): string {
  const { name, code, cause } = error as { name?: unknown; code?: unknown; cause?: { code?: unknown } };
  if (name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1_000} s`;
  const found = typeof code === 'string' ? code : cause?.code;
  return typeof found === 'string' ? found : 'the connection failed';
}
