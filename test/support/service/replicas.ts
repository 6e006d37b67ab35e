import type { Environment } from '../../../src/config/environment.js';
import { createTestDatabase, type TestDatabase } from '../database/database.js';
import { ModelServer } from '../model/model-server.js';
import { startService, type TestService } from './service.js';

/** Two services in this process, which share a PostgreSQL, a model server and nothing else. */
export class Replicas {
  private constructor(
    readonly model: ModelServer,
    readonly services: readonly [TestService, TestService],
    private readonly database: TestDatabase,
  ) {}

  /** Starts both with the same `environment`; the model is called `test-model` on either side. */
  static async start(environment: Environment): Promise<Replicas> {
    const model = await ModelServer.start();
    const database = await createTestDatabase();
    const options = {
      environment: { LLM_BASE_URL: model.baseUrl, LLM_MODEL: 'test-model', ...environment },
      database,
    };
    return new Replicas(model, [await startService(options), await startService(options)], database);
  }

  /** @throws Error when the model got requests that no test had planned */
  async stop(): Promise<void> {
    for (const service of this.services) await service.stop();
    await this.model.stop();
    await this.database.drop();
  }
}
