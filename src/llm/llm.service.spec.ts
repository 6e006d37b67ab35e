import { EMPTY, lastValueFrom, of } from 'rxjs';
import { AppError } from '../common/errors/app-error.js';
import type { AppConfig, ModelConfig } from '../config/app-config.js';
import type { ExtractiveModel } from './builtin/extractive-model.js';
import type { CompletionRequest } from './completion.js';
import { LlmService } from './llm.service.js';
import type { ChatModel } from './chat-model.js';

const GOOD: ModelConfig = {
  name: 'good',
  targets: [{ baseUrl: 'http://gpu1.example:8000/v1', model: 'vendor/good' }],
  contextTokens: 4_096,
  continuation: { mode: 'instruct' },
  defaults: {},
};
const FAST: ModelConfig = { ...GOOD, name: 'fast', contextTokens: 1_024 };

const REQUEST: CompletionRequest = { client: 'a', model: 'good', messages: [], question: 'Hi', passages: [] };

/** The service is real; the answerers are stand-ins that note what they are asked. */
function serviceOf(models: readonly ModelConfig[]) {
  const asked: [string, CompletionRequest][] = [];
  const answerer = {
    answer: (model: ModelConfig, request: CompletionRequest) => {
      asked.push([model.name, request]);
      return of({ type: 'text.delta', text: 'Hi' });
    },
  } as unknown as ChatModel;
  const builtin: ExtractiveModel = {
    answer: (request: CompletionRequest) => {
      asked.push(['builtin', request]);
      return EMPTY;
    },
  };
  return { llm: new LlmService({ llm: { models } } as AppConfig, answerer, builtin), asked };
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
  it('asks the servers of the model that is named', async () => {
    const { llm, asked } = serviceOf([FAST, GOOD]);
    expect(await lastValueFrom(llm.complete(REQUEST))).toEqual({ type: 'text.delta', text: 'Hi' });
    expect(asked).toEqual([['good', REQUEST]]);
  });

  it('asks the built-in answerer where no model is configured', () => {
    const { llm, asked } = serviceOf([]);
    const request = { ...REQUEST, model: 'builtin' };
    llm.complete(request).subscribe();
    expect(asked).toEqual([['builtin', request]]);
  });

  it('refuses a model that there is not at once', () => {
    expect(() => serviceOf([GOOD]).llm.complete({ ...REQUEST, model: 'builtin' })).toThrow(AppError);
  });
});
