import { Injectable } from '@nestjs/common';
import { AppError, invalidField, notFound } from '../common/errors/app-error.js';
import { BUILT_IN_TEMPLATES, TEMPLATE_ALIASES, type BuiltInTemplate } from './built-in-templates.js';
import type { PromptTemplateEntity } from './prompt-template.entity.js';
import { PromptTemplateRepository } from './prompt-template.repository.js';
import { isTemplateName, TEMPLATE_NAME_RULE } from './template-name.js';
import { describeTemplateFault } from './template.js';

/** The template behind a name: the client's own or, where it has none, the built-in one. */
export interface ResolvedTemplate {
  /** The name it is kept under: for an alias, the name that the alias stands for. */
  readonly name: string;
  /** Counts a client's versions from 1; null: built in. */
  readonly version: number | null;
  readonly template: string;
  readonly description: string | null;
  readonly builtIn: boolean;
  /** When this version was saved; null: built in. */
  readonly updatedAt: Date | null;
}

/** What a client saves; without a description it has none. */
export interface TemplateContent {
  readonly template: string;
  readonly description?: string | null;
}

export interface SavedTemplate {
  readonly template: ResolvedTemplate;
  /** Whether the client had no template of this name before. */
  readonly isNew: boolean;
}

/** Each failed attempt is another caller's success, so this many in a row do not happen by accident. */
const MAX_SAVE_ATTEMPTS = 100;

/** The prompt templates of a client: its own, and the built-in ones that they shadow. */
@Injectable()
export class PromptService {
  constructor(private readonly templates: PromptTemplateRepository) {}

  /**
   * The template that a request chooses by name.
   * @throws AppError `prompt_not_found`, whose `supported` lists the names that can be chosen
   */
  async getTemplate(clientId: string, name: string): Promise<ResolvedTemplate> {
    const found = await this.findTemplate(clientId, name);
    if (found) return found;
    const supported = new Set([...BUILT_IN_TEMPLATES.keys(), ...(await this.templates.listNames(clientId))]);
    throw new AppError(
      'prompt_not_found',
      'There is no prompt template of this name; supported lists those there are.',
      {
        extensions: { supported: [...supported].sort() },
      },
    );
  }

  /**
   * The template that is addressed by name, as a resource.
   * @throws AppError `not_found`
   */
  async readTemplate(clientId: string, name: string): Promise<ResolvedTemplate> {
    const found = await this.findTemplate(clientId, name);
    if (!found) throw notFound('prompt template');
    return found;
  }

  /**
   * The text of a version that a turn was answered with, also when the template was deleted since.
   * @param version null: the built-in template, as this release has it
   * @returns null when it is not known any more
   */
  async findVersion(clientId: string, name: string, version: number | null): Promise<string | null> {
    if (version === null) return BUILT_IN_TEMPLATES.get(name)?.template ?? null;
    return (await this.templates.findVersion(clientId, name, version))?.template ?? null;
  }

  /** All templates that the client can choose, by name. */
  async listTemplates(clientId: string): Promise<ResolvedTemplate[]> {
    const byName = new Map([...BUILT_IN_TEMPLATES].map(([name, builtIn]) => [name, toBuiltIn(builtIn)]));
    for (const own of await this.templates.listLatest(clientId)) byName.set(own.name, toOwn(own));
    return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The name that an alias stands for as long as the client has saved no template under it; else `name`. */
  unaliased(name: string): string {
    return TEMPLATE_ALIASES.get(name) ?? name;
  }

  /**
   * Saves a template as a new version, or leaves the last one when it is the same. Safe to call from
   * several places at once: every saved version gets its own number, without gaps.
   * @throws AppError `validation_failed` (the name), `prompt_not_valid` (the template)
   */
  async saveTemplate(clientId: string, name: string, content: TemplateContent): Promise<SavedTemplate> {
    if (!isTemplateName(name)) throw invalidField('/name', TEMPLATE_NAME_RULE);
    refuseFaulty(content.template);
    const { template, description = null } = content;
    for (let attempt = 1; attempt <= MAX_SAVE_ATTEMPTS; attempt++) {
      const last = await this.templates.findLastOfAny(clientId, name);
      const current = last?.deletedAt === null ? last : null;
      if (current?.template === template && current.description === description) {
        return { template: toOwn(current), isNew: false };
      }
      const version = (last?.version ?? 0) + 1;
      const added = await this.templates.addVersion({ clientId, name, version, template, description });
      if (added) return { template: toOwn(added), isNew: current === null };
    }
    throw new AppError(
      'conflict',
      'Too many others are saving this template at the same time; send it again.',
    );
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

  private async findTemplate(clientId: string, name: string): Promise<ResolvedTemplate | null> {
    // What cannot be a name cannot be stored either; PostgreSQL would fail on some of it.
    if (!isTemplateName(name)) return null;
    const own = await this.templates.findLatest(clientId, name);
    if (own) return toOwn(own);
    const builtIn = BUILT_IN_TEMPLATES.get(name);
    if (builtIn) return toBuiltIn(builtIn);
    const aliased = TEMPLATE_ALIASES.get(name);
    return aliased === undefined ? null : this.findTemplate(clientId, aliased);
  }
}

function refuseFaulty(template: string): void {
  const fault = describeTemplateFault(template);
  if (fault === null) return;
  // Logged too, so the names stand in `errors` only.
  throw new AppError('prompt_not_valid', 'The template has a variable that is not known; see errors.', {
    errors: [{ pointer: '/template', detail: fault }],
  });
}

function toOwn({ name, version, template, description, createdAt }: PromptTemplateEntity): ResolvedTemplate {
  return { name, version, template, description, builtIn: false, updatedAt: createdAt };
}

function toBuiltIn({ name, template, description }: BuiltInTemplate): ResolvedTemplate {
  return { name, version: null, template, description, builtIn: true, updatedAt: null };
}
