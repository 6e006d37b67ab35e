import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { ManualTiming } from '../../test/support/time/manual-timing.js';
import { failure, says } from '../../test/support/model/scripted-attempts.js';
import type { AppConfig, ModelConfig, TargetConfig } from '../config/app-config.js';
import type { CompletionEvent, CompletionRequest } from './completion.js';
import { ChatModel } from './chat-model.js';
import type { ModelFailureCode } from './completion.js';
import type { Attempt$ } from './openai/attempt-event.js';
import type { ChatRequest } from './openai/request/chat-request.js';
import type { OpenAiClient } from './openai/openai-client.js';

const TARGET: TargetConfig = {
  baseUrl: 'http://gpu1.example:8000/v1',
  model: 'vendor/good',
  apiKey: 'sk-secret',
};
const SPARE: TargetConfig = { baseUrl: 'http://spare.example/v1', model: 'good' };
const MODEL: ModelConfig = {
  name: 'good',
  targets: [TARGET],
  contextTokens: 4_096,
  continuation: { mode: 'instruct' },
  defaults: { temperature: 0.2, maxTokens: 100 },
};
const REQUEST: CompletionRequest = {
  client: 'a',
  model: 'good',
  messages: [{ role: 'user', content: 'Hi' }],
  question: 'Hi',
  passages: [],
};

/** The answerer is real; its client is a stand-in, whose every attempt comes to the same. */
function answererOf(attempt$: Attempt$, { maxInFlight = 200, maxRetries = 0 } = {}) {
  const asked: { readonly target: TargetConfig; readonly request: ChatRequest }[] = [];
  const openAi = {
    attempt: (target: TargetConfig, request: ChatRequest) => {
      asked.push({ target, request });
      return attempt$;
    },
  } as unknown as OpenAiClient;
  const llm = { totalTimeoutMs: 60_000, maxRetries, maxInFlight, recoveryWaitMs: 0, firstRecoveryWaitMs: 0 };
  const config = { llm, clientSharePercent: 100 } as AppConfig;
  return { answerer: new ChatModel(config, openAi, new ManualTiming()), asked };
}

/** Subscribes; notes all that is emitted, errors too. */
function listen(answerer: ChatModel, model: ModelConfig, request = REQUEST): unknown[] {
  const told: (CompletionEvent | Error)[] = [];
  answerer.answer(model, request).subscribe({
    next: (event) => told.push(event),
    error: (error: Error) => told.push(error),
  });
  return told;
}

describe('ChatModel', () => {
  beforeEach(() => {
    Logger.overrideLogger(false);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    Logger.overrideLogger(['log', 'warn', 'error']);
  });

  it('asks the first target, with the defaults of the model', () => {
    const { answerer, asked } = answererOf(says(['Hi']));
    const told = listen(answerer, { ...MODEL, targets: [TARGET, SPARE] });
    expect(asked).toEqual([
      { target: TARGET, request: { messages: REQUEST.messages, temperature: 0.2, maxTokens: 100 } },
    ]);
    expect(told.at(-1)).toMatchObject({
      type: 'finish',
      attempt: { target: 'gpu1.example:8000/vendor/good', outcome: 'answered' },
    });
  });

  it('prefers what the request says to the defaults, 0 included', () => {
    const { answerer, asked } = answererOf(says(['Hi']));
    listen(answerer, MODEL, { ...REQUEST, temperature: 0, maxTokens: 5 });
    expect(asked[0]?.request).toMatchObject({ temperature: 0, maxTokens: 5 });
  });

  it('asks no model before a subscription, and asks again for each subscription', () => {
    const { answerer, asked } = answererOf(says(['Hi']));
    const completion$ = answerer.answer(MODEL, REQUEST);
    expect(asked).toHaveLength(0);
    completion$.subscribe();
    completion$.subscribe();
    expect(asked).toHaveLength(2);
  });

  it('fails with what a caller may know', () => {
    const fault = failure({ code: 'model_overloaded', retryAfterSeconds: 7 });
    const told = listen(answererOf(says([], fault)).answerer, MODEL);
    expect(told.at(-1)).toMatchObject({
      code: 'model_overloaded',
      status: 503,
      retryAfterSeconds: 7,
      cause: fault,
    });
  });

  it('keeps one book of a target that several models share, or one has twice', () => {
    const { answerer, asked } = answererOf(says(['Hi'], null), { maxInFlight: 2 });
    listen(answerer, { ...MODEL, targets: [TARGET, { ...TARGET }] });
    listen(answerer, { ...MODEL, name: 'other' });
    expect(listen(answerer, MODEL)).toMatchObject([{ code: 'model_overloaded' }]);
    listen(answerer, { ...MODEL, targets: [{ ...TARGET, apiKey: 'sk-other' }] });
    expect(asked).toHaveLength(3);
  });

  it('asks the next target, not a target that is listed twice, after a failure', () => {
    const { answerer, asked } = answererOf(says([], failure()), { maxRetries: 1 });
    listen(answerer, { ...MODEL, targets: [TARGET, { ...TARGET }, SPARE] });
    expect(asked.map(({ target }) => target)).toEqual([TARGET, SPARE]);
  });

  it.each<[ModelFailureCode, 'error' | 'warn']>([
    ['model_refused', 'error'],
    ['model_failed', 'warn'],
    ['model_timeout', 'warn'],
    ['model_overloaded', 'warn'],
  ])('logs %s at %s, by model, host and reason, without the key', (code, level) => {
    const log = jest.spyOn(Logger.prototype, level);
    listen(answererOf(says([], failure({ code }))).answerer, MODEL);
    expect(log.mock.calls).toEqual([[`Model "good" at gpu1.example:8000: ${code}: test`]]);
  });

  it('logs once that a target is taken out of service, and that no other is there', () => {
    const log = jest.spyOn(Logger.prototype, 'warn');
    const { answerer } = answererOf(says([], failure()));
    for (let index = 0; index < 21; index++) listen(answerer, MODEL);
    const lines = log.mock.calls.map(([line]) => String(line));
    expect(lines.filter((line) => /gpu1\.example:8000\/vendor\/good is taken out/.test(line))).toHaveLength(
      1,
    );
    expect(lines.at(-1)).toBe(
      'Model "good": model_failed: every target is left alone: most of its requests failed',
    );
    expect(lines.join()).not.toContain('sk-secret');
  });
});
