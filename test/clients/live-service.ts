import { setTimeout as pause } from 'node:timers/promises';
import { type RunningService, startBuiltService } from '../browser/running-service.js';
import { answer } from '../support/model/model-server.answers.js';
import { type Behaviour, gate, type Gate, script } from '../support/model/model-server.exchange.js';
import { ModelServer } from '../support/model/model-server.js';
import { delta, done, end, finish, head, usage } from '../support/model/model-server.steps.js';
import { Recorder } from './recorder.js';

/** What the model says, in pieces: more than one byte, one unit and one code point a character. */
export const DELTAS = ['Goods can be returned ', 'within 30 days. ', '退货期限是 30 天。👍🏽'];

export const USAGE = { prompt_tokens: 11, completion_tokens: 7 };

/** Longest time that the model waits for a reader who waits for the end, in ms. */
const PATIENCE_MS = 3_000;

/** The built service, with a model behind it or without one, and a recorder before it. */
export interface LiveService {
  readonly name: 'a model server' | 'the built-in model';
  readonly recorder: Recorder;
  readonly key: string;
  readonly question: string;
  /** The same, for an answer whose first words come long before the others. */
  readonly slowQuestion: string;
  /** What every answer must be; absent: something with words of the documents in it. */
  readonly text?: string;
  /** Tells the model that its first words have been read: it goes on. Returns whether it had waited for that. */
  firstWordsAreRead(): boolean;
  stop(): Promise<void>;
}

/** Without a model server: the service answers from its own documentation. */
export async function startWithBuiltInModel(): Promise<LiveService> {
  const service = await startBuiltService();
  const recorder = await Recorder.start(service.url);
  return {
    name: 'the built-in model',
    recorder,
    key: service.key,
    question: 'How do I send feedback?',
    slowQuestion: 'How do I send feedback?',
    firstWordsAreRead: () => false,
    stop: () => stopAll(recorder, service),
  };
}

/** With a model that says {@link DELTAS}, whatever it is asked, and a document to search. */
export async function startWithModelServer(): Promise<LiveService> {
  const model = await ModelServer.start();
  const pacing = new Pacing();
  model.always((exchange) => {
    const isSlow = exchange.request.text.includes(SLOWLY);
    return isSlow ? pacing.answer(exchange) : answer(DELTAS, { usage: USAGE })(exchange);
  });
  const service = await startBuiltService({ LLM_BASE_URL: model.baseUrl, LLM_MODEL: 'test-model' });
  const recorder = await Recorder.start(service.url);
  await storeDocument(service);
  return {
    name: 'a model server',
    recorder,
    key: service.key,
    question: 'How long can goods be returned?',
    slowQuestion: `How long can goods be returned? ${SLOWLY}`,
    text: DELTAS.join(''),
    firstWordsAreRead: () => pacing.goOn(),
    stop: () => stopAll(recorder, service, model),
  };
}

/** In a question: the model waits after its first words. */
const SLOWLY = 'Slowly, please.';

/** Answers to a reader who must have seen the first words before there are more. */
class Pacing {
  /** Only while the model waits. */
  private held: Gate | undefined;

  readonly answer: Behaviour = (exchange) => {
    const held = gate();
    const wait = async () => {
      this.held = held;
      await Promise.race([held.wait(exchange), pause(PATIENCE_MS)]);
      this.held = undefined;
    };
    const [first = '', ...rest] = DELTAS;
    const others = rest.map((text) => delta(text));
    return script(head(), delta(first), wait, ...others, finish(), usage(USAGE), done(), end())(exchange);
  };

  goOn(): boolean {
    const hasWaited = this.held !== undefined;
    this.held?.open();
    return hasWaited;
  }
}

async function storeDocument({ url, key }: RunningService): Promise<void> {
  const response = await fetch(`${url}/api/documents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      title: 'Returns',
      source: 'returns.md',
      content: '# Returns\n\nGoods can be returned within 30 days.',
    }),
  });
  if (!response.ok) throw new Error(`The document was not stored: ${await response.text()}`);
}

async function stopAll(...parts: readonly { stop(): Promise<void> }[]): Promise<void> {
  for (const part of parts) await part.stop();
}
