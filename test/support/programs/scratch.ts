import type { Environment } from '../../../src/config/environment.js';
import {
  type Child,
  type ChildService,
  databaseVariables,
  startChild,
  startChildService,
} from './child-service.js';
import { createTestDatabase, emptyFolder, type TestDatabase } from '../database/database.js';

/** The processes, folders and databases that a test makes as it goes; {@link clear} ends and removes all of them. */
export class Scratch {
  private readonly children: Child[] = [];
  private readonly folders: ReturnType<typeof emptyFolder>[] = [];
  private readonly databases: TestDatabase[] = [];

  /** @returns the path of an empty folder */
  newFolder(): string {
    const folder = emptyFolder();
    this.folders.push(folder);
    return folder.path;
  }

  /** @returns the variables of a database that is migrated, which saves some seconds */
  async newDatabase(): Promise<Environment> {
    const database = await createTestDatabase();
    this.databases.push(database);
    return databaseVariables(database.config);
  }

  /** Starts the service. @throws Error when it ends before it is ready */
  async serve(environment: Environment): Promise<ChildService> {
    return this.keep(await startChildService({ environment }));
  }

  /** Starts one of our programs. */
  async start(args: readonly string[], environment: Environment, isPidOne = false): Promise<Child> {
    return this.keep(await startChild(args, { environment, isPidOne }));
  }

  async clear(): Promise<void> {
    await Promise.all(this.children.splice(0).map((child) => child.stop()));
    await Promise.all(this.databases.splice(0).map((database) => database.drop()));
    for (const folder of this.folders.splice(0)) folder.remove();
  }

  private keep<Started extends Child>(child: Started): Started {
    this.children.push(child);
    return child;
  }
}
