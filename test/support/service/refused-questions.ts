import { Logger } from '@nestjs/common';
import { type Play, playing } from '../model/server-play.js';
import { type ServiceWithModel, startServiceWithModel, stopServiceWithModel } from './service-with-model.js';
import { ask, type Told, type Way } from './ways-to-ask.js';

/** A question, its answer, and how often the model server was asked for it. */
type Counted = Told & { readonly calls: number };

/** The OpenAI API has names for some codes that its SDKs know. */
const OPENAI_CODES: Readonly<Record<string, string>> = {
  content_filtered: 'content_filter',
  context_too_long: 'context_length_exceeded',
};

/** A service whose model server refuses, and what its log says of that. One at a time: it hears the log of the process. */
export class RefusedQuestions {
  private readonly logged: string[] = [];

  private constructor(private readonly running: ServiceWithModel) {
    const hear = (message: unknown) => void this.logged.push(String(message));
    Logger.overrideLogger({ log: hear, warn: hear, error: hear, debug: () => undefined, fatal: hear });
  }

  static async start(): Promise<RefusedQuestions> {
    return new RefusedQuestions(await startServiceWithModel());
  }

  async ask(way: Way, play: Play): Promise<Counted> {
    this.logged.length = 0;
    const { model, service } = this.running;
    const asked = model.requests.length;
    model.always(playing(play));
    const told = await ask(service, way);
    return { ...told, calls: model.requests.length - asked };
  }

  /** Of the last question. */
  log(): string {
    return this.logged.join('\n');
  }

  async stop(): Promise<void> {
    Logger.overrideLogger(['fatal']);
    await stopServiceWithModel(this.running);
  }
}

/** Expects one attempt, and its failure by a status where there is one: the OpenAI API has one until there is text. */
export function expectRefused(told: Counted, way: Way, [code, status]: [string, number]): void {
  const isOpenAi = way.startsWith('openai');
  const hasStatus = isOpenAi || way === 'json';
  expect(told).toMatchObject({ status: hasStatus ? status : 200, text: '', calls: 1 });
  expect(told.error).toMatchObject({ code: isOpenAi ? (OPENAI_CODES[code] ?? code) : code });
  if (!told.receipt) return;
  expect(told.receipt).toMatchObject({ status: 'failed', error_code: code });
  expect(told.receipt.attempts.map(({ outcome }) => outcome)).toEqual([code]);
}
