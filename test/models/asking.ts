import type { ChildService } from '../support/programs/child-service.js';
import { foldFrames, type Frame, readSse } from '../support/service/sse.js';
import { ALL_WAYS, type Receipt, UID, type Way } from '../support/service/ways-to-ask.js';

export { ALL_WAYS, type Way };

/** The ways whose reader sees the text while it is made. */
export const STREAMING_WAYS: readonly Way[] = ['qa', 'stream', 'openai'];

/** The name that the callers of every trial know the model by. */
export const MODEL = 'test-model';

/** What became of a question: what its reader got, and what is stored. */
export interface Outcome {
  readonly way: Way;
  /** What the reader ends up with. */
  readonly text: string;
  readonly finishReason?: string;
  /** The code of a failure, by frame or by status. */
  readonly code?: string;
  /** Absent where the reader gets no id: with a failure of a JSON answer. */
  readonly receipt?: Receipt;
  readonly ms: number;
}

export interface Asking {
  /** With the answer's id, as soon as the reader has some text; never for JSON. */
  readonly hasText: Promise<string>;
  readonly outcome: Promise<Outcome>;
}

interface OpenAiFrame {
  readonly id?: string;
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string };
    readonly message?: { readonly content?: string };
    readonly finish_reason?: string | null;
  }[];
}

type AnyFrame = Frame & OpenAiFrame & { readonly code?: unknown };

let count = 0;

/** Asks a new question. @param padding what its text ends with */
export function ask(service: ChildService, way: Way, padding = ''): Asking {
  const begun = Promise.withResolvers<string>();
  // No trial waits for the text of an answer that fails before.
  begun.promise.catch(() => undefined);
  const outcome = readAnswer(service, way, {
    question: `Question ${++count}${padding}`,
    onText: begun.resolve,
  });
  void outcome.then(
    () => begun.reject(new Error('The answer had no text')),
    (error: unknown) => begun.reject(error as Error),
  );
  return { hasText: begun.promise, outcome };
}

interface Question {
  readonly question: string;
  readonly onText: (id: string) => void;
}

async function readAnswer(service: ChildService, way: Way, { question, onText }: Question): Promise<Outcome> {
  const askedAt = performance.now();
  const response = await service.post(...requestOf(way, question));
  const frames: AnyFrame[] = [];
  for await (const frame of framesOf(response)) {
    frames.push(frame);
    const id = idOf(frames);
    if (STREAMING_WAYS.includes(way) && id !== undefined && textOf(frames) !== '') onText(id);
  }
  const id = idOf(frames);
  const stored = id === undefined ? undefined : await service.request('GET', `/api/chat/${id}`);
  return {
    way,
    text: textOf(frames),
    finishReason: finishReasonOf(frames),
    code: codeOf(frames, response.ok),
    receipt: stored && ((await stored.json()) as Receipt),
    ms: performance.now() - askedAt,
  };
}

function requestOf(way: Way, question: string): [path: string, body: object] {
  if (way === 'qa') return ['/api/chat', { question, uid: UID }];
  if (way === 'stream') return ['/chat/stream', { query: question }];
  if (way === 'json') return ['/chat', { query: question }];
  const messages = [{ role: 'user', content: question }];
  return ['/v1/chat/completions', { model: MODEL, messages, stream: way === 'openai' }];
}

async function* framesOf(response: Response): AsyncGenerator<AnyFrame> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    yield (await response.json()) as AnyFrame;
    return;
  }
  const stream = readSse(response);
  for (let event = await stream.next(); event; event = await stream.next())
    if (event.data !== '[DONE]') yield JSON.parse(event.data) as AnyFrame;
}

function idOf(frames: readonly AnyFrame[]): string | undefined {
  const first = frames.find(({ chat_id, message_id, choices }) => chat_id ?? message_id ?? choices);
  return first?.chat_id ?? first?.message_id ?? first?.id?.replace('chatcmpl-', '');
}

function textOf(frames: readonly AnyFrame[]): string {
  const choices = frames.flatMap((frame) => frame.choices ?? []);
  const said = choices.map(({ delta, message }) => delta?.content ?? message?.content ?? '');
  return said.length > 0 ? said.join('') : foldFrames(frames);
}

function finishReasonOf(frames: readonly AnyFrame[]): string | undefined {
  const reasons = frames.map(({ finish_reason, choices }) => finish_reason ?? choices?.[0]?.finish_reason);
  return reasons.findLast((reason) => reason) ?? undefined;
}

function codeOf(frames: readonly AnyFrame[], isOk: boolean): string | undefined {
  const error = frames.find((frame) => frame.error)?.error;
  if (error) return error.code;
  return isOk ? undefined : String(frames[0]?.code);
}
