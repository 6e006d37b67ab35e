import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { EMPTY, lastValueFrom, NEVER, of, throwError, toArray } from 'rxjs';
import { AppError } from '../common/errors/app-error.js';
import type { AppConfig, ModelConfig, TargetConfig } from '../config/app-config.js';
import type { BuiltinAnswerer } from './builtin/builtin-answerer.js';
import type { Completion$, CompletionRequest } from './completion.js';
import { LlmService } from './llm.service.js';
import { ModelFailure } from './model-failure.js';
import type { ChatRequest } from './openai/chat-request.js';
import type { OpenAiClient } from './openai/openai-client.js';

const TARGET = { baseUrl: 'http://user.example:8000/v1', model: 'vendor/good', apiKey: 'sk-secret' };
const GOOD: ModelConfig = {
  name: 'good',
  targets: [TARGET, { baseUrl: 'http://spare.example/v1', model: 'good' }],
  contextTokens: 4_096,
  defaults: { temperature: 0.2, maxTokens: 100 },
};
const FAST: ModelConfig = { ...GOOD, name: 'fast', contextTokens: 1_024, defaults: {} };

const REQUEST: CompletionRequest = {
  model: 'good',
  messages: [{ role: 'user', content: 'Hi' }],
  question: 'Hi',
  passages: [],
};

/** The service is real; the client and the built-in answerer are stand-ins that note what they are asked. */
function serviceOf(models: readonly ModelConfig[], answer: Completion$ = EMPTY) {
  const asked: [TargetConfig, ChatRequest][] = [];
  const askedBuiltin: CompletionRequest[] = [];
  const openAi = {
    attempt: (target: TargetConfig, request: ChatRequest) => {
      asked.push([target, request]);
      return answer;
    },
  } as unknown as OpenAiClient;
  const builtin: BuiltinAnswerer = {
    answer: (request: CompletionRequest) => {
      askedBuiltin.push(request);
      return answer;
    },
  };
  const config = { llm: { models, totalTimeoutMs: 1_000 } } as AppConfig;
  return { llm: new LlmService(config, openAi, builtin), asked, askedBuiltin };
}

async function errorOf(completion$: Completion$): Promise<AppError> {
  try {
    await lastValueFrom(completion$, { defaultValue: undefined });
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('the models', () => {
  it('are those configured, the first by default', () => {
    const { llm } = serviceOf([GOOD, FAST]);
    expect(llm.listModels()).toEqual([
      { name: 'good', isDefault: true, builtin: false, readsPassages: false, contextTokens: 4_096 },
      { name: 'fast', isDefault: false, builtin: false, readsPassages: false, contextTokens: 1_024 },
    ]);
    expect(llm.getModel().name).toBe('good');
    expect(llm.getModel('fast').name).toBe('fast');
  });

  it('are the built-in one where none is configured, and only there', () => {
    const { llm } = serviceOf([]);
    expect(llm.listModels()).toEqual([
      expect.objectContaining({ name: 'builtin', builtin: true, readsPassages: true }),
    ]);
    expect(llm.getModel()).toMatchObject({ name: 'builtin', isDefault: true });
    expect(() => serviceOf([GOOD]).llm.getModel('builtin')).toThrow(AppError);
  });

  it.each(['Good', 'good ', '', 'vendor/good', 'constructor'])('do not have one named %j', (name) => {
    const { llm } = serviceOf([GOOD, FAST]);
    expect(() => llm.getModel(name)).toThrow(
      expect.objectContaining({
        code: 'model_not_supported',
        extensions: { supported: ['good', 'fast'] },
      }) as Error,
    );
  });
});

describe('complete', () => {
  beforeEach(() => {
    Logger.overrideLogger(false);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    Logger.overrideLogger(['log', 'warn', 'error']);
  });

  it('asks the first target, with the defaults of the model', async () => {
    const { llm, asked } = serviceOf([FAST, GOOD], of({ type: 'delta', text: 'Hi' }));
    const events = await lastValueFrom(llm.complete(REQUEST).pipe(toArray()));
    expect(events).toEqual([{ type: 'delta', text: 'Hi' }]);
    expect(asked).toEqual([[TARGET, { messages: REQUEST.messages, temperature: 0.2, maxTokens: 100 }]]);
  });

  it('prefers what the request says to the defaults, 0 included', () => {
    const { llm, asked } = serviceOf([GOOD]);
    llm.complete({ ...REQUEST, temperature: 0, maxTokens: 5 }).subscribe();
    expect(asked[0]?.[1]).toMatchObject({ temperature: 0, maxTokens: 5 });
  });

  it('asks nobody before it is subscribed to', () => {
    const { llm, asked } = serviceOf([GOOD], NEVER);
    const completion$ = llm.complete(REQUEST);
    expect(asked).toHaveLength(0);
    completion$.subscribe().unsubscribe();
    expect(asked).toHaveLength(1);
  });

  it('asks the built-in answerer where no model is configured', () => {
    const { llm, asked, askedBuiltin } = serviceOf([]);
    llm.complete({ ...REQUEST, model: 'builtin' }).subscribe();
    expect([asked, askedBuiltin]).toEqual([[], [{ ...REQUEST, model: 'builtin' }]]);
  });

  it('fails with what a caller may know', async () => {
    const failure = new ModelFailure(
      { code: 'model_overloaded', isRetriable: true, isOutage: false },
      'status 429',
      {
        retryAfterSeconds: 7,
      },
    );
    const error = await errorOf(
      serviceOf(
        [GOOD],
        throwError(() => failure),
      ).llm.complete(REQUEST),
    );
    expect(error).toMatchObject({
      code: 'model_overloaded',
      status: 503,
      retryAfterSeconds: 7,
      cause: failure,
    });
  });

  it.each([
    ['model_refused', 'error'],
    ['model_failed', 'warn'],
    ['model_timeout', 'warn'],
    ['model_overloaded', 'warn'],
  ] as const)('logs %s at %s, by model, host and reason, without the key', async (code, level) => {
    const log = jest.spyOn(Logger.prototype, level);
    const failure = new ModelFailure({ code, isRetriable: false, isOutage: false }, 'status 400');
    await errorOf(
      serviceOf(
        [GOOD],
        throwError(() => failure),
      ).llm.complete(REQUEST),
    );
    expect(log.mock.calls).toEqual([[`Model "good" at user.example:8000: ${code}: status 400`]]);
  });
});
