import type { LlmService } from './llm.service.js';
import { ModelsController } from './models.controller.js';

describe('GET /api/models', () => {
  it('lists the models as callers know them', () => {
    const models = [
      { name: 'good', isDefault: true, builtin: false, readsPassages: false, contextTokens: 4_096 },
      { name: 'fast', isDefault: false, builtin: false, readsPassages: false, contextTokens: 1_024 },
    ];
    const controller = new ModelsController({ listModels: () => models } as unknown as LlmService);
    expect(controller.listModels()).toEqual({
      models: [
        { name: 'good', default: true, context_tokens: 4_096, builtin: false },
        { name: 'fast', default: false, context_tokens: 1_024, builtin: false },
      ],
    });
  });
});
