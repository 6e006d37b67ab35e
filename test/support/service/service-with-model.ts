import type { Environment } from '../../../src/config/environment.js';
import { ModelServer } from '../model/model-server.js';
import { startService, type TestService } from './service.js';

/** A service and the model server behind it. */
export interface ServiceWithModel {
  readonly service: TestService;
  readonly model: ModelServer;
}

/** Starts both; the model is called `test-model` on either side. */
export async function startServiceWithModel(environment: Environment = {}): Promise<ServiceWithModel> {
  const model = await ModelServer.start();
  const service = await startService({
    environment: { LLM_BASE_URL: model.baseUrl, LLM_MODEL: 'test-model', ...environment },
  });
  return { service, model };
}

/** @throws Error when the model got requests that no test had planned */
export async function stopServiceWithModel({ service, model }: ServiceWithModel): Promise<void> {
  await service.stop();
  await model.stop();
}
