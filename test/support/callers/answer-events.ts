import type { AnswerEvent, PendingAnswer } from '../../../clients/typescript/src/chat-client.js';

/** Reads an answer to its end. @param onEvent called for each event that is a frame */
export async function listEvents(answer: PendingAnswer, onEvent?: () => void): Promise<AnswerEvent[]> {
  const events: AnswerEvent[] = [];
  for await (const event of answer) {
    events.push(event);
    if (event.type !== 'reconnecting') onEvent?.();
  }
  return events;
}

/** The first event of that type; of any, without one. */
export async function firstOf(pending: PendingAnswer, type?: AnswerEvent['type']): Promise<AnswerEvent> {
  const reading = pending[Symbol.asyncIterator]();
  for (;;) {
    const { value } = await reading.next();
    if (!value) throw new Error(`There is no event ${type}`);
    // Not returned: a loop that is left ends the answer.
    if (type === undefined || value.type === type) return value;
  }
}

/** The error of that kind that a promise is rejected with. */
export async function failureOf<Kind>(
  promise: PromiseLike<unknown>,
  kind: new (...args: never[]) => Kind,
): Promise<Kind> {
  const error = await promise.then(
    () => 'It was not rejected',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(kind);
  return error as Kind;
}
