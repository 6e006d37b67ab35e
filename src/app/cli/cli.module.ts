import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { RequestMemoryModule } from '../../common/http/body/request-memory.module.js';
import type { AppConfig } from '../../config/app-config.js';
import { ConfigModule } from '../../config/config.module.js';
import { DatabaseModule } from '../../database/database.module.js';
import { KnowledgeModule } from '../../knowledge/knowledge.module.js';

/** What the command line needs of the service. */
@Module({})
export class CliModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: CliModule,
      imports: [
        ConfigModule.forRoot(config),
        // The guards of AuthModule are made here too, and one of them counts what bodies take.
        RequestMemoryModule,
        DatabaseModule,
        AuthModule,
        KnowledgeModule,
      ],
    };
  }
}
