import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PromptLabelController } from './prompt-label.controller.js';
import { PromptLabelEntity } from './prompt-label.entity.js';
import { PromptLabelRepository } from './prompt-label.repository.js';
import { PromptTemplateEntity } from './prompt-template.entity.js';
import { PromptTemplateRepository } from './prompt-template.repository.js';
import { PromptController } from './prompt.controller.js';
import { PromptEditor } from './prompt-editor.js';
import { PromptService } from './prompt.service.js';

/** Prompt templates by name, their versions and labels. */
@Module({
  imports: [TypeOrmModule.forFeature([PromptLabelEntity, PromptTemplateEntity])],
  controllers: [PromptController, PromptLabelController],
  providers: [PromptEditor, PromptLabelRepository, PromptService, PromptTemplateRepository],
  exports: [PromptService],
})
export class PromptModule {}
