import { jest } from '@jest/globals';
import type { ChildService } from '../../support/programs/child-service.js';
import { ChildWithModel } from '../../support/programs/child-with-model.js';
import { kill, readReceipt, WAYS } from '../../support/programs/killed-service.js';
import { answer } from '../../support/model/model-server.answers.js';
import type { ModelServer } from '../../support/model/model-server.js';
import { foldFrames, type Frame, readSse } from '../../support/service/sse.js';

jest.setTimeout(90_000);

const LEASE_MS = 1_000;

let stage: ChildWithModel;
let model: ModelServer;

beforeEach(async () => {
  stage = await ChildWithModel.prepare();
  model = stage.model;
});
afterEach(() => stage.stop());

const start = () => stage.start({ LLM_MAX_RETRIES: '0', TURN_LEASE_MS: String(LEASE_MS) });

/** What a caller knows of a turn: its id, and its text when it got the end. */
interface Known {
  readonly id: string;
  readonly text: string | null;
}

/** Asks and reads as far as the service lives; null: it died before the turn had an id. */
async function ask(child: ChildService, n: number): Promise<Known | null> {
  const frames: Frame[] = [];
  try {
    const [path, body] = WAYS[n % WAYS.length]!(n);
    const response = await child.post(path, body);
    if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
      const { message_id, text } = (await response.json()) as Frame;
      return { id: message_id!, text: text! };
    }
    const stream = readSse(response);
    for (let event = await stream.next(); event; event = await stream.next()) {
      if (event.data !== '[DONE]') frames.push(JSON.parse(event.data) as Frame);
    }
  } catch {
    // The process was killed.
  }
  const id = frames[0]?.message_id ?? frames[0]?.chat_id;
  if (id === undefined) return null;
  return { id, text: frames.at(-1)!.finish_reason === 'stop' ? foldFrames(frames) : null };
}

async function expectAllKept(child: ChildService, known: readonly Known[]): Promise<void> {
  for (const { id, text } of known) {
    if (text !== null) expect(await readReceipt(child, id)).toMatchObject({ status: 'completed', text });
  }
}

/** Many callers ask on and on until the process is killed, which is after `count` complete answers. */
async function askUntilKilled(
  child: ChildService,
  { from, count }: { from: number; count: number },
): Promise<Known[]> {
  const known: Known[] = [];
  const enough = Promise.withResolvers<void>();
  let next = from;
  const caller = async () => {
    for (let turn = await ask(child, next++); turn; turn = await ask(child, next++)) {
      known.push(turn);
      if (known.filter(({ text }) => text !== null).length >= count) enough.resolve();
      if (turn.text === null) return;
    }
  };
  const callers = Array.from({ length: 6 }, caller);
  await enough.promise;
  await kill(child);
  await Promise.all(callers);
  return known;
}

describe('kill -9 while answers are given', () => {
  it('loses no answer whose end was sent, round after round', async () => {
    model.always(answer(['机器学习 ', 'is\n"fun" ', '😀', '{{x}}'], { delayMs: 1 }));
    const known: Known[] = [];
    for (let round = 0; round < 3; round++) {
      const child = await start();
      await expectAllKept(child, known);
      known.push(...(await askUntilKilled(child, { from: 1_000 * round, count: 12 })));
    }
    const child = await start();
    expect(known.filter(({ text }) => text !== null).length).toBeGreaterThanOrEqual(36);
    await expectAllKept(child, known);
  });
});
