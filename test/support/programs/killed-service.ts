import type { ChildService } from './child-service.js';
import { hold } from '../model/model-server.answers.js';
import type { ModelServer } from '../model/model-server.js';
import { foldFrames, type Frame, readFrames, readSse } from '../service/sse.js';
import { UID } from '../service/ways-to-ask.js';

/** The ways to ask a service that is killed. Each question is another one: the same one would be attached to the first. */
export const WAYS: readonly ((n: number) => [path: string, body: object])[] = [
  (n) => ['/chat', { query: `question ${n}`, stream: true, conversation_id: `c${n}` }],
  (n) => ['/chat/stream', { query: `question ${n}`, user_id: 'u' }],
  (n) => ['/api/chat', { question: `question ${n}`, uid: UID }],
  (n) => ['/chat', { query: `question ${n}`, stream: false }],
];

export async function kill(child: ChildService): Promise<void> {
  child.kill('SIGKILL');
  await child.ended;
}

/** Starts a turn that is held by the model, and reads its first words. */
export async function askHeld(
  child: ChildService,
  model: ModelServer,
  n: number,
): Promise<{ id: string; release(): void; rest: Promise<Frame[]> }> {
  const held = hold([`held ${n} `]);
  model.next(held);
  const [path, body] = WAYS[n % 3]!(n);
  const stream = readSse(await child.post(path, body));
  const { message_id, chat_id } = JSON.parse((await stream.next())!.data) as Frame;
  for (let frame: Frame = {}; !frame.text && !frame.data;)
    frame = JSON.parse((await stream.next())!.data) as Frame;
  const rest = stream.rest().then(
    (events) =>
      events.map(({ data }) => (data === '[DONE]' ? { done: true as const } : (JSON.parse(data) as Frame))),
    () => [],
  );
  return { id: (message_id ?? chat_id)!, release: () => held.release(), rest };
}

export async function readReceipt(child: ChildService, id: string): Promise<Record<string, unknown>> {
  const response = await child.request('GET', `/api/chat/${id}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

export async function expectInterrupted(child: ChildService, id: string): Promise<void> {
  const stored = await readReceipt(child, id);
  expect(stored).toMatchObject({ status: 'failed', error_code: 'turn_interrupted' });
  const frames = await readFrames(await child.request('GET', `/api/chat/${id}/stream`));
  expect(frames.findLast(({ done }) => !done)).toMatchObject({
    error: { code: 'turn_interrupted', retryable: true },
  });
  expect(foldFrames(frames)).toBe(stored['text']);
}
