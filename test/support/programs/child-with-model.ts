import type { Environment } from '../../../src/config/environment.js';
import {
  type ChildOptions,
  type ChildService,
  databaseVariables,
  startChildService,
} from './child-service.js';
import { createTestDatabase, type TestDatabase } from '../database/database.js';
import { ModelServer } from '../model/model-server.js';

/** The service as it is shipped, in processes of its own, with one database and one model server behind all of them. */
export class ChildWithModel {
  private readonly children: ChildService[] = [];

  private constructor(
    readonly model: ModelServer,
    readonly database: TestDatabase,
  ) {}

  /** Makes the database and the model server; the model is called `test-model` on either side. */
  static async prepare(): Promise<ChildWithModel> {
    return new ChildWithModel(await ModelServer.start(), await createTestDatabase());
  }

  /** Starts a process; `environment` is added to what names the database and the model. */
  async start(
    environment: Environment = {},
    options: Omit<ChildOptions, 'environment'> = {},
  ): Promise<ChildService> {
    const given = {
      ...databaseVariables(this.database.config),
      LLM_BASE_URL: this.model.baseUrl,
      LLM_MODEL: 'test-model',
    };
    const child = await startChildService({ ...options, environment: { ...given, ...environment } });
    this.children.push(child);
    return child;
  }

  /** Ends all of it. @throws Error when the model got requests that no test had planned */
  async stop(): Promise<void> {
    await Promise.all(this.children.map((child) => child.stop()));
    await this.model.stop();
    await this.database.drop();
  }
}
