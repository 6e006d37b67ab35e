import type { AnswerEvent } from './answer/answer-event.js';
import type { Answer } from './answer/answer-fold.js';
import { PendingAnswer } from './pending-answer.js';

const ANSWER: Answer = {
  chatId: 't1',
  text: 'ab',
  messages: ['ab'],
  reasoning: '',
  sources: [],
  finishReason: 'stop',
  usage: { input_tokens: 1, output_tokens: 2 },
};
const TEXTS: AnswerEvent[] = [
  { type: 'text', text: 'a' },
  { type: 'text', text: 'b' },
];
const ALL: AnswerEvent[] = [...TEXTS, { type: 'completed', answer: ANSWER }];

/** An answer of which the test says when the next event comes. */
class Played {
  readonly answer: PendingAnswer;
  readonly givenUp: unknown[] = [];
  private readonly steps: (AnswerEvent | Error)[] = [];
  private wake: () => void = () => undefined;

  constructor() {
    this.answer = new PendingAnswer(this.play(), (reason) => {
      this.givenUp.push(reason);
      this.next(reason as Error);
    });
  }

  next(...steps: (AnswerEvent | Error)[]): void {
    this.steps.push(...steps);
    this.wake();
  }

  private async *play(): AsyncGenerator<AnswerEvent> {
    for (;;) {
      while (this.steps.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
      const step = this.steps.shift()!;
      if (!('type' in step)) throw step;
      yield step;
    }
  }
}

async function listOf(answer: AsyncIterable<AnswerEvent>): Promise<AnswerEvent[]> {
  const events: AnswerEvent[] = [];
  for await (const event of answer) events.push(event);
  return events;
}

describe('A pending answer', () => {
  let played: Played;
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);

  beforeAll(() => void process.on('unhandledRejection', note));
  afterAll(() => void process.off('unhandledRejection', note));
  beforeEach(() => void (played = new Played()));
  afterEach(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  });

  it('gives its events to every iteration, from the first one, however late', async () => {
    const early = listOf(played.answer);
    played.next(...TEXTS);
    const inBetween = listOf(played.answer);
    played.next(ALL[2]!);
    expect(await early).toEqual(ALL);
    expect(await inBetween).toEqual(ALL);
    expect(await listOf(played.answer)).toEqual(ALL);
  });

  it('gives the complete answer to every await', async () => {
    played.next(...ALL);
    expect(await played.answer).toBe(ANSWER);
    expect(await played.answer.catch(() => 'no')).toBe(ANSWER);
    let isOver = false;
    expect(await played.answer.finally(() => void (isOver = true))).toBe(ANSWER);
    expect(isOver).toBe(true);
  });

  it('throws the same error everywhere, after the events before it', async () => {
    const error = new Error('It failed');
    played.next(TEXTS[0]!, error);
    const seen: AnswerEvent[] = [];
    const reading = (async () => {
      for await (const event of played.answer) seen.push(event);
    })();
    await expect(reading).rejects.toBe(error);
    expect(seen).toEqual([TEXTS[0]]);
    await expect(played.answer).rejects.toBe(error);
    await expect(played.answer.finally(() => undefined)).rejects.toBe(error);
    expect(await played.answer.catch((reason: unknown) => reason)).toBe(error);
  });

  it('may fail without anybody awaiting it', async () => {
    played.next(new Error('It failed'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  });

  it('is aborted when its only loop is left', async () => {
    played.next(...TEXTS);
    for await (const event of played.answer) if (event.type === 'text') break;
    expect(played.givenUp).toEqual([expect.objectContaining({ name: 'AbortError' })]);
    await expect(played.answer).rejects.toBe(played.givenUp[0]);
  });

  it.each<[string, (answer: PendingAnswer) => PromiseLike<unknown>, unknown]>([
    ['another loop goes on', listOf, ALL],
    ['somebody awaits it', (answer) => answer.then(({ text }) => text), 'ab'],
    ['somebody waits for it to be over', (answer) => answer.finally(() => undefined), ANSWER],
  ])('goes on when a loop is left and %s', async (_name, wait, expected) => {
    const waiting = wait(played.answer);
    played.next(...TEXTS);
    for await (const event of played.answer) if (event.type === 'text') break;
    expect(played.givenUp).toEqual([]);
    played.next(ALL[2]!);
    expect(await waiting).toEqual(expected);
  });

  it('is not aborted by a loop that is left at its end', async () => {
    played.next(...ALL);
    for await (const event of played.answer) if (event.type === 'completed') break;
    expect(played.givenUp).toEqual([]);
    expect(await played.answer).toBe(ANSWER);
  });
});
