import { Injectable } from '@nestjs/common';
import { AppError, invalidField, notFound } from '../common/errors/app-error.js';
import { BUILT_IN_TEMPLATES } from './template/built-in-templates.js';
import { type NumberedVersion, PromptLabelRepository } from './prompt-label.repository.js';
import type { PromptTemplateEntity } from './prompt-template.entity.js';
import { type LabelledVersion, PromptTemplateRepository } from './prompt-template.repository.js';
import { PromptService, type ShownTemplate, toShown } from './prompt.service.js';
import { isTemplateName } from './template/template-name.js';
import { isLabel, LABEL_RULE, PRODUCTION } from './template/template-reference.js';

/** What a client saves; without a description it has none. */
export interface TemplateContent {
  readonly template: string;
  readonly description?: string | null;
  /** The labels to move to it; none: a draft, which the name alone never selects. Absent: `production`. */
  readonly labels?: readonly string[] | null;
}

export interface SavedTemplate {
  readonly template: ShownTemplate;
  /** Whether the client had no template of this name before. */
  readonly isNew: boolean;
}

/** A version of a client's template, and the label that is to be moved to it. */
export interface LabelMove {
  readonly name: string;
  readonly label: string;
  /** 1..2,147,483,647. */
  readonly version: number;
}

/** Each failed attempt is another caller's success, so this many in a row do not happen by accident. */
const MAX_SAVE_ATTEMPTS = 100;

/** Saves, labels and deletes a client's own templates. */
@Injectable()
export class PromptEditor {
  constructor(
    private readonly templates: PromptTemplateRepository,
    private readonly labels: PromptLabelRepository,
    private readonly prompts: PromptService,
  ) {}

  /**
   * Saves a template as a new version, or leaves the last one when it is the same, and moves the labels to it.
   * Safe to call from several places at once: every saved version gets its own number, without gaps, and what
   * the last of them is to be labelled it is.
   * @throws AppError `validation_failed` (the name), `prompt_not_valid` (the template)
   */
  async saveTemplate(clientId: string, name: string, content: TemplateContent): Promise<SavedTemplate> {
    const { template, description = null } = content;
    this.prompts.refuseFaulty(name, template);
    // Sorted, so that no two savers wait for each other.
    const labels = [...new Set(content.labels ?? [PRODUCTION])].sort();
    for (let attempt = 1; attempt <= MAX_SAVE_ATTEMPTS; attempt++) {
      const last = await this.templates.findLastOfAny(clientId, name);
      const version = (last?.version ?? 0) + 1;
      const isNew = last === null || last.deletedAt !== null;
      const saved = hasContent(last, { template, description })
        ? await this.relabel({ clientId, name, version: last.version }, labels)
        : await this.templates.addVersion({ clientId, name, version, template, description }, labels);
      if (saved) return { template: toShown(saved), isNew };
    }
    throw new AppError(
      'conflict',
      'Too many others are saving this template at the same time; send it again.',
      { retryAfterSeconds: 1 },
    );
  }

  /**
   * Moves a label to a version, wherever it was before, in one step: a caller that asks by the label gets either
   * the one or the other version.
   * @throws AppError `validation_failed` (the label), `not_found` (the version)
   */
  async moveLabel(clientId: string, { name, label, version }: LabelMove): Promise<ShownTemplate> {
    if (!isLabel(label)) throw invalidField('/label', LABEL_RULE);
    const isMoved = isTemplateName(name) && (await this.labels.move({ clientId, name, version }, label));
    const labelled = isMoved ? await this.findVersion({ clientId, name, version }) : null;
    if (!labelled) throw notFound('version of a prompt template');
    return toShown(labelled);
  }

  /**
   * Takes a label away from the version that has it; without `production`, the name alone means no version of
   * the client's.
   * @throws AppError `not_found`
   */
  async removeLabel(clientId: string, name: string, label: string): Promise<void> {
    const canExist = isTemplateName(name) && isLabel(label);
    if (!canExist || !(await this.labels.remove(clientId, name, label)))
      throw notFound('label of a prompt template');
  }

  /**
   * Deletes the client's own template; the built-in one of the same name, if any, shows again.
   * @throws AppError `not_found`: the client has saved none
   */
  async deleteTemplate(clientId: string, name: string): Promise<void> {
    if (isTemplateName(name) && (await this.templates.markDeleted(clientId, name))) return;
    if (!BUILT_IN_TEMPLATES.has(name)) throw notFound('prompt template');
    throw new AppError(
      'not_found',
      'You have saved no prompt template of this name; a built-in one cannot be deleted.',
    );
  }

  /** Null: it was deleted meanwhile. */
  private async relabel(newest: NumberedVersion, labels: readonly string[]): Promise<LabelledVersion | null> {
    await this.labels.moveForward(newest, labels);
    return this.findVersion(newest);
  }

  private findVersion({ clientId, name, version }: NumberedVersion): Promise<LabelledVersion | null> {
    return this.templates.findLabelled({ clientId, name, at: { kind: 'version', version } });
  }
}

function hasContent(
  last: PromptTemplateEntity | null,
  { template, description }: Pick<PromptTemplateEntity, 'template' | 'description'>,
): last is PromptTemplateEntity {
  return last?.deletedAt === null && last.template === template && last.description === description;
}
