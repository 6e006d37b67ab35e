import type { TestService } from './service.js';
import { foldFrames, foldReasoningFrames, type Frame, readFrames } from './sse.js';

/** Variant B, variant A as a stream, variant A as JSON, the OpenAI API as a stream and as JSON. */
export type Way = 'qa' | 'stream' | 'json' | OpenAiWay;

type OpenAiWay = 'openai' | 'openai-json';

export const WAYS: readonly Way[] = ['qa', 'stream', 'json'];

export const ALL_WAYS: readonly Way[] = [...WAYS, 'openai', 'openai-json'];

export const UID = 'baa9f7a8-4159-4e2c-89d2-e7c5ac537935';

export interface Receipt {
  readonly status: string;
  readonly text: string;
  readonly reasoning?: string;
  readonly finish_reason?: string;
  readonly error_code?: string;
  readonly attempts: readonly { readonly target: string; readonly outcome: string }[];
}

/** What became of a question: what its caller got, and what is stored. */
export interface Told {
  readonly status: number;
  readonly headers: Headers;
  /** Empty for a JSON answer. */
  readonly frames: readonly Frame[];
  /** What the caller ends up with. */
  readonly text: string;
  /** The same of the reasoning; empty: it got none. */
  readonly reasoning: string;
  readonly finishReason?: string;
  /** Of a failure, by frame or by status. */
  readonly error?: NonNullable<Frame['error']>;
  /** Absent where the caller gets no id: with a failure of a JSON answer. */
  readonly receipt?: Receipt;
}

let count = 0;

/**
 * Asks a new question, and reads the answer to its end.
 * @param more further members of the body
 */
export async function ask(service: TestService, way: Way, more: object = {}): Promise<Told> {
  return askOn(service, way, { more });
}

/** The same, and asks to be shown the reasoning; on the OpenAI API it always is. */
export async function askToSeeReasoning(service: TestService, way: Way, more: object = {}): Promise<Told> {
  if (way === 'qa') return askOn(service, way, { more, headers: { 'think-status': 'ON' } });
  return askOn(service, way, {
    more: way === 'stream' || way === 'json' ? { reasoning: true, ...more } : more,
  });
}

async function askOn(
  service: TestService,
  way: Way,
  { more, headers }: { more: object; headers?: Record<string, string> },
): Promise<Told> {
  const question = `question ${++count}`;
  if (way === 'openai' || way === 'openai-json') return askOpenAi(service, way, { question, more });
  const response =
    way === 'qa'
      ? await service.post('/api/chat', { question, uid: UID, ...more }, { headers })
      : await service.post(way === 'stream' ? '/chat/stream' : '/chat', { query: question, ...more });
  return way === 'json' ? readJson(service, response) : readStream(service, response);
}

export async function readReceipt(service: TestService, id: string): Promise<Receipt> {
  return (await (await service.request('GET', `/api/chat/${id}`)).json()) as Receipt;
}

interface OpenAiMessage {
  readonly content?: string;
  readonly reasoning_content?: string;
}

interface OpenAiChoice {
  readonly delta?: OpenAiMessage;
  readonly message?: OpenAiMessage;
  readonly finish_reason?: string | null;
}

interface OpenAiBody {
  readonly id?: string;
  readonly choices?: readonly OpenAiChoice[];
  readonly error?: NonNullable<Frame['error']>;
}

async function askOpenAi(
  service: TestService,
  way: OpenAiWay,
  { question, more }: { question: string; more: object },
): Promise<Told> {
  const messages = [{ role: 'user', content: question }];
  const stream = way === 'openai';
  const body = { model: 'test-model', messages, stream, ...more };
  const response = await service.post('/v1/chat/completions', body);
  const bodies = await readOpenAiBodies(response);
  const choices = bodies.flatMap((one) => one.choices ?? []);
  const id = bodies.find((one) => one.id)?.id?.replace('chatcmpl-', '');
  return {
    status: response.status,
    headers: response.headers,
    frames: bodies,
    text: choices.map(({ delta, message }) => (delta ?? message)?.content ?? '').join(''),
    reasoning: choices.map(({ delta, message }) => (delta ?? message)?.reasoning_content ?? '').join(''),
    finishReason: choices.findLast(({ finish_reason }) => finish_reason)?.finish_reason ?? undefined,
    error: bodies.find(({ error }) => error)?.error,
    receipt: id === undefined ? undefined : await readReceipt(service, id),
  };
}

async function readOpenAiBodies(response: Response): Promise<OpenAiBody[]> {
  const text = await readUntilCut(response);
  if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
    return [JSON.parse(text) as OpenAiBody];
  const data = text.matchAll(/^data: (?!\[DONE\])(.*)$/gm);
  return [...data].map(([, json]) => JSON.parse(json!) as OpenAiBody);
}

/** The text of a body, also where the connection is cut: that may be only behind an error. */
async function readUntilCut(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const bytes of response.body!) text += decoder.decode(bytes as Uint8Array, { stream: true });
  } catch (cut) {
    if (!/^data: \{"error"/m.test(text)) throw cut;
  }
  return text;
}

async function readStream(service: TestService, response: Response): Promise<Told> {
  const frames = await readFrames(response);
  const id = (frames[0]?.chat_id ?? frames[0]?.message_id)!;
  return {
    status: response.status,
    headers: response.headers,
    frames,
    text: foldFrames(frames),
    reasoning: foldReasoningFrames(frames),
    finishReason: frames.findLast(({ finish_reason }) => finish_reason)?.finish_reason,
    error: frames.findLast(({ error }) => error)?.error,
    receipt: await readReceipt(service, id),
  };
}

async function readJson(service: TestService, response: Response): Promise<Told> {
  const { status, headers } = response;
  const body = (await response.json()) as Frame & NonNullable<Frame['error']>;
  if (!response.ok) return { status, headers, frames: [], text: '', reasoning: '', error: body };
  const { text = '', reasoning = '', finish_reason: finishReason } = body;
  const receipt = await readReceipt(service, body.message_id!);
  return { status, headers, frames: [], text, reasoning, finishReason, receipt };
}
