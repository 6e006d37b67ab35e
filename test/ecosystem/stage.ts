import { startBuiltService } from '../browser/running-service.js';
import { MODEL } from './model/conversation.js';
import { FakeModel } from './model/fake-model.js';
import type { Target } from './trial.js';

/** What clients are tried with, until it is stopped. */
export interface Stage extends Target {
  stop(): Promise<void>;
}

/** The built service with the fake model behind it; as a control, the fake model alone. */
export async function startStage(isControl: boolean): Promise<Stage> {
  const model = await FakeModel.start();
  if (isControl) return { model, baseUrl: model.baseUrl, key: 'no-key', stop: () => model.stop() };
  const service = await startBuiltService({
    LLM_BASE_URL: model.baseUrl,
    LLM_MODEL: MODEL,
    EMBEDDING_BASE_URL: model.baseUrl,
    EMBEDDING_MODEL: MODEL,
  });
  return {
    model,
    baseUrl: `${service.url}/v1`,
    key: service.key,
    stop: async () => {
      await service.stop();
      await model.stop();
    },
  };
}
