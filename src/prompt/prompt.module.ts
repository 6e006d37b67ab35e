import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PromptTemplateEntity } from './prompt-template.entity.js';
import { PromptTemplateRepository } from './prompt-template.repository.js';
import { PromptController } from './prompt.controller.js';
import { PromptService } from './prompt.service.js';

/** Prompt templates by name. */
@Module({
  imports: [TypeOrmModule.forFeature([PromptTemplateEntity])],
  controllers: [PromptController],
  providers: [PromptService, PromptTemplateRepository],
  exports: [PromptService],
})
export class PromptModule {}
