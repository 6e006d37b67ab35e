import { Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ClientEntity } from '../../src/auth/client.entity.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { parseEnvironment } from '../../src/config/environment.js';
import { DatabaseHealth } from '../../src/database/database-health.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { createTestDatabase, type TestDatabase } from '../support/database/database.js';

// Real: the database and its module. Stood in for: the rest of the service.

/** A feature that has something to store until the very end. */
@Injectable()
class LastWords implements OnApplicationShutdown {
  stored: unknown;

  constructor(private readonly dataSource: DataSource) {}

  async onApplicationShutdown(): Promise<void> {
    this.stored = await this.dataSource
      .getRepository(ClientEntity)
      .insert({ id: crypto.randomUUID(), name: 'last' });
  }
}

@Module({ imports: [TypeOrmModule.forFeature([ClientEntity])], providers: [LastWords], exports: [LastWords] })
class FeatureModule {}

let database: TestDatabase;
beforeEach(async () => (database = await createTestDatabase()));
afterEach(() => database.drop());

function startApplication() {
  const config = { ...parseEnvironment({}), database: database.config };
  const root = {
    module: class Root {},
    imports: [ConfigModule.forRoot(config), DatabaseModule, FeatureModule],
  };
  return NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
}

describe('the database module', () => {
  it('opens the configured database', async () => {
    const app = await startApplication();
    await expect(app.get(DatabaseHealth).isReady()).resolves.toBe(true);
    await app.close();
  });

  it('closes it after the last hook of a feature, and so that it can be opened again', async () => {
    const first = await startApplication();
    const lastWords = first.get(LastWords);
    await first.close();
    expect(lastWords.stored).toBeDefined();
    const second = await startApplication();
    await expect(second.get(DataSource).getRepository(ClientEntity).countBy({ name: 'last' })).resolves.toBe(
      1,
    );
    await second.close();
  });

  it('is not ready once it is closed', async () => {
    const app = await startApplication();
    const health = app.get(DatabaseHealth);
    await app.close();
    await expect(health.isReady()).resolves.toBe(false);
  });
});
