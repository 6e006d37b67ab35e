import type { RequestOptions, TestService } from '../service/service.js';
import { readSse } from '../service/sse.js';

export type Json = Readonly<Record<string, unknown>>;

/** A response, as far as tests look into it. */
export interface ReceivedResponse extends Json {
  readonly id: string;
  readonly status: string;
  readonly output: readonly ReceivedItem[];
  readonly usage: Json | null;
}

export interface ReceivedItem extends Json {
  readonly id: string;
  readonly type: string;
  readonly content?: readonly { readonly type: string; readonly text: string }[];
}

/** An event of a stream, as far as tests look into it. */
export interface ReceivedEvent extends Json {
  readonly type: string;
  readonly sequence_number: number;
  readonly response?: ReceivedResponse;
  readonly item?: ReceivedItem;
  readonly delta?: string;
  readonly output_index?: number;
}

export const respond = (service: TestService, body: object, options?: RequestOptions): Promise<Response> =>
  service.post('/v1/responses', body, options);

/** @throws Error when it is refused */
export async function getResponse(service: TestService, body: object, options?: RequestOptions) {
  return readResponse(await respond(service, body, options));
}

export async function readResponse(response: Response): Promise<ReceivedResponse> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  return JSON.parse(text) as ReceivedResponse;
}

/** The events of a stream; the name of each frame is the type of its event. Without the `[DONE]`, which must be last. */
export async function readEvents(response: Response): Promise<ReceivedEvent[]> {
  const frames = await readSse(response).rest();
  const isDone = frames.at(-1)?.data === '[DONE]';
  const events = (isDone ? frames.slice(0, -1) : frames).map(({ data, event: name }) => {
    const event = JSON.parse(data) as ReceivedEvent;
    if (name !== event.type) throw new Error(`A frame named ${name} has an event of type ${event.type}`);
    return event;
  });
  const last = events.at(-1)?.type;
  if (isDone !== (last !== 'response.failed')) throw new Error(`[DONE] after ${last}: ${isDone}`);
  return events;
}

export const textOf = ({ output }: ReceivedResponse): string =>
  output
    .filter(({ type }) => type === 'message')
    .flatMap(({ content = [] }) => content.map(({ text }) => text))
    .join('');
