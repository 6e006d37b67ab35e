import { type FetchEventSourceInit, fetchEventSource } from '@microsoft/fetch-event-source';
import type { GeneratedClient } from './generated-client.js';
import type { Frame } from '../service/sse.js';

/** What a caller asks, and where. */
export interface Asking {
  readonly url: string;
  readonly path: '/chat/stream' | '/api/chat';
  readonly key: string;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Called for each frame as soon as it is read. */
  readonly onFrame?: () => void;
}

/** Reads an answer to its end, and comes back for the rest when it breaks off, as a library does that by itself. */
export type StreamCaller = (asking: Asking) => Promise<Frame[]>;

/** A generated client, unmodified. Its own pauses are 3 s and more; these are options that it documents. */
export function callGenerated(client: GeneratedClient): StreamCaller {
  return async ({ url, path, key, body, headers, onFrame }) => {
    const operation = path === '/api/chat' ? client.qaChat : client.chatStream;
    const pauses = { sseDefaultRetryDelay: 1, sseMaxRetryDelay: 5 };
    const { stream } = await operation({ baseUrl: url, auth: key, body, headers, ...pauses });
    const frames: Frame[] = [];
    for await (const frame of stream) {
      frames.push(frame === '[DONE]' ? { done: true } : frame);
      onFrame?.();
    }
    return frames;
  };
}

/** `@microsoft/fetch-event-source`, unmodified. Its own pause is 1 s; what `onerror` returns takes its place. */
export const callFetchEventSource: StreamCaller = (asking) => callInBrowser(asking);

/**
 * The same, but coming back for what follows the last frame that was delivered: by itself it takes the id of one
 * that was cut in its middle, and so loses that one.
 */
export const callFetchEventSourceWithCare: StreamCaller = (asking) => {
  let delivered = '';
  return callInBrowser(asking, {
    onmessage: ({ id }) => (delivered = id || delivered),
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      headers.delete('last-event-id');
      if (delivered !== '') headers.set('last-event-id', delivered);
      return fetch(input, { ...init, headers });
    },
  });
};

async function callInBrowser(
  { url, path, key, body, headers, onFrame }: Asking,
  options: FetchEventSourceInit = {},
): Promise<Frame[]> {
  // What it uses of a page.
  const page = { addEventListener: () => undefined, removeEventListener: () => undefined };
  Object.assign(globalThis, { window: globalThis, document: page });
  const frames: Frame[] = [];
  const reading = fetchEventSource(url + path, {
    ...options,
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    openWhenHidden: true,
    onmessage: (message) => {
      options.onmessage?.(message);
      frames.push(message.data === '[DONE]' ? { done: true } : (JSON.parse(message.data) as Frame));
      onFrame?.();
    },
    onerror: () => 1,
  });
  await reading.finally(() => {
    Reflect.deleteProperty(globalThis, 'window');
    Reflect.deleteProperty(globalThis, 'document');
  });
  return frames;
}
