import type { Environment } from '../../../src/config/environment.js';
import { ModelServer } from '../model/model-server.js';
import { startService } from './service.js';
import type { ServiceWithModel } from './service-with-model.js';

/** A service with an embedding model, called `bge-m3` on either side, and the server behind it. */
export async function startServiceWithEmbeddings(environment: Environment = {}): Promise<ServiceWithModel> {
  const model = await ModelServer.start();
  const service = await startService({
    environment: { EMBEDDING_BASE_URL: model.baseUrl, EMBEDDING_MODEL: 'bge-m3', ...environment },
  });
  return { service, model };
}
