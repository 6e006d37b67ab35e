import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from './auth/auth.module.js';
import { ChatModule } from './chat/chat.module.js';
import { OtherMethodsModule } from './common/http/other-methods.js';
import { RequestMemoryModule } from './common/http/body/request-memory.module.js';
import { ShutdownModule } from './common/shutdown.js';
import type { AppConfig } from './config/app-config.js';
import { ConfigModule } from './config/config.module.js';
import { DatabaseModule } from './database/database.module.js';
import { FeedbackModule } from './feedback/feedback.module.js';
import { HealthModule } from './health/health.module.js';
import { KnowledgeModule } from './knowledge/knowledge.module.js';
import { LlmModule } from './llm/llm.module.js';
import { ReceiptModule } from './receipt/receipt.module.js';
import { PromptModule } from './prompt/prompt.module.js';

@Module({})
export class AppModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        ShutdownModule,
        RequestMemoryModule,
        DatabaseModule,
        AuthModule,
        LlmModule,
        PromptModule,
        KnowledgeModule,
        ChatModule,
        FeedbackModule,
        ReceiptModule,
        HealthModule,
        OtherMethodsModule,
      ],
    };
  }
}
