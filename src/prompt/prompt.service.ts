import { Injectable } from '@nestjs/common';
import { AppError, invalidField, notFound } from '../common/errors/app-error.js';
import { type Page, type PageRequest, readPage } from '../common/pages/page.js';
import { BUILT_IN_TEMPLATES, type BuiltInTemplate } from './template/built-in-templates.js';
import { PromptLabelRepository } from './prompt-label.repository.js';
import {
  type LabelledVersion,
  PromptTemplateRepository,
  type StoredVersion,
  type VersionKey,
} from './prompt-template.repository.js';
import { isTemplateName, TEMPLATE_NAME_RULE } from './template/template-name.js';
import {
  canonicalReference,
  isProduction,
  keptNames,
  parseReference,
  PRODUCTION,
  type TemplateReference,
} from './template/template-reference.js';
import { describeTemplateFault } from './template/template.js';

/** The template behind a name: the client's own or, where it has none, the built-in one. */
export interface ResolvedTemplate {
  /** The name under which it is stored: for an alias, the name that the alias means. */
  readonly name: string;
  /** Counts a client's versions from 1; null: built in. */
  readonly version: number | null;
  readonly template: string;
  readonly description: string | null;
  readonly builtIn: boolean;
  /** When this version was saved; null: built in. */
  readonly updatedAt: Date | null;
}

/** A template as it is shown. */
export interface ShownTemplate extends ResolvedTemplate {
  /** All labels of this version, sorted. */
  readonly labels: readonly string[];
}

/** Which part of the list of templates is wanted. */
export interface NamePageRequest {
  /** 1..100. */
  readonly limit: number;
  /** The name that the page before ended with; absent: the first. */
  readonly cursor?: string;
}

const NO_SUCH_NAME = 'There is no prompt template of this name';
const NO_SUCH_VERSION = 'This prompt template has no such version or label';
const NOT_IN_PRODUCTION = 'This prompt template has no version in production: name one with @';

/** The prompt templates of a client: its own, and the built-in templates that these replace. */
@Injectable()
export class PromptService {
  constructor(
    private readonly templates: PromptTemplateRepository,
    private readonly labels: PromptLabelRepository,
  ) {}

  /**
   * The template that a request chooses: `name`, `name@3`, `name@label` or `name@latest`.
   * @throws AppError `prompt_not_found`, whose `supported` lists what can be chosen: of that name or, where
   *   there is none, all names
   */
  async getTemplate(clientId: string, promptName: string): Promise<ResolvedTemplate> {
    const find = (key: VersionKey) => this.templates.find(key);
    const found = await this.find({ clientId, reference: parseReference(promptName) }, find);
    if (found) return 'version' in found ? toOwn(found) : toBuiltIn(found);
    const known = await this.listReferences(clientId, promptName);
    const supported = known.length > 0 ? known : await this.listNames(clientId);
    const detail = `${describeMissing(promptName, known)}; supported lists what there is.`;
    throw new AppError('prompt_not_found', detail, { extensions: { supported } });
  }

  /**
   * The same, as a resource.
   * @throws AppError `not_found`
   */
  async readTemplate(clientId: string, promptName: string): Promise<ShownTemplate> {
    const find = (key: VersionKey) => this.templates.findLabelled(key);
    const found = await this.find({ clientId, reference: parseReference(promptName) }, find);
    if (found) return 'version' in found ? toShown(found) : toShownBuiltIn(found);
    const known = await this.listReferences(clientId, promptName);
    if (known.length === 0) throw notFound('prompt template');
    throw new AppError('not_found', `${describeMissing(promptName, known)}.`);
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

  /**
   * One template of each name, by code points: the version that the name alone means or, where there is none,
   * the newest version.
   */
  async listTemplates(
    clientId: string,
    { limit, cursor = '' }: NamePageRequest,
  ): Promise<Page<ShownTemplate>> {
    const byName = new Map<string, ShownTemplate>();
    for (const [name, builtIn] of BUILT_IN_TEMPLATES) {
      if (compareNames(name, cursor) > 0) byName.set(name, toShownBuiltIn(builtIn));
    }
    // One more than wanted tells whether there is a next page.
    const own = await this.templates.listNamed(clientId, { afterName: cursor, limit: limit + 1 });
    for (const version of own) {
      if (version.labels.includes(PRODUCTION) || !byName.has(version.name))
        byName.set(version.name, toShown(version));
    }
    const last = own.at(-1);
    // What comes behind the last that fits on the page, built in or not, is for the next one.
    const isOnPage = ({ name }: ShownTemplate) => !last?.hasNext || compareNames(name, last.name) <= 0;
    const all = [...byName.values()].sort((one, other) => compareNames(one.name, other.name));
    const found = all.filter(isOnPage);
    const items = found.slice(0, limit);
    const hasNext = last?.hasNext || found.length > limit;
    return { items, nextCursor: hasNext ? (items.at(-1)?.name ?? null) : null };
  }

  /**
   * The client's own versions of a template, the newest first; of a built-in template that it has not replaced, none.
   * @throws AppError `not_found`
   */
  async listVersions(clientId: string, name: string, page: PageRequest): Promise<Page<ShownTemplate>> {
    for (const kept of isTemplateName(name) ? keptNames(name) : []) {
      if (!BUILT_IN_TEMPLATES.has(kept) && !(await this.isSaved(clientId, kept))) continue;
      const { items, nextCursor } = await readPage(page, (slice) =>
        this.templates.listVersions(clientId, kept, slice),
      );
      return { items: items.map(toShown), nextCursor };
    }
    throw notFound('prompt template');
  }

  /** One text for each `prompt_name` that says the same if nothing is kept under an alias. */
  canonicalName(promptName: string): string {
    return canonicalReference(promptName);
  }

  /** The names, without a version, that the template of a `prompt_name` may be kept under. */
  keptNames(promptName: string): readonly string[] {
    return keptNames(promptName);
  }

  /**
   * Refuses what could not be saved.
   * @throws AppError `validation_failed` (the name), `prompt_not_valid` (the template)
   */
  refuseFaulty(name: string, template: string): void {
    if (!isTemplateName(name)) throw invalidField('/name', TEMPLATE_NAME_RULE);
    const fault = describeTemplateFault(template);
    if (fault === null) return;
    // Logged too, so the names stand in `errors` only.
    throw new AppError('prompt_not_valid', 'The template has a variable that is not known; see errors.', {
      errors: [{ pointer: '/template', detail: fault }],
    });
  }

  private async find<Found extends StoredVersion>(
    { clientId, reference }: { clientId: string; reference: TemplateReference | null },
    findOwn: (key: VersionKey) => Promise<Found | null>,
  ): Promise<Found | BuiltInTemplate | null> {
    // What names nothing cannot be stored either; PostgreSQL would fail on some of it.
    if (!reference?.at) return null;
    const { name, at } = reference;
    const own = await findOwn({ clientId, name, at });
    if (own) return own;
    const builtIn = BUILT_IN_TEMPLATES.get(name);
    if (builtIn) return at.kind === 'latest' || isProduction(at) ? builtIn : null;
    const [, aliased] = keptNames(name);
    if (aliased === undefined) return null;
    // A version that its own template does not have is no version of the alias's template either.
    if (!isProduction(at) && (await this.isSaved(clientId, name))) return null;
    return this.find({ clientId, reference: { name: aliased, at } }, findOwn);
  }

  private async isSaved(clientId: string, name: string): Promise<boolean> {
    return (await this.templates.find({ clientId, name, at: { kind: 'latest' } })) !== null;
  }

  /** What can be asked for of the template that is named; empty: there is none of this name. */
  private async listReferences(clientId: string, promptName: string): Promise<string[]> {
    for (const name of parseReference(promptName) ? keptNames(promptName) : []) {
      const { labels, versions } = await this.labels.listReferences(clientId, name);
      const own = versions.length > 0 ? [...labels, 'latest', ...versions.map(String)] : [];
      const all = new Set(BUILT_IN_TEMPLATES.has(name) ? [PRODUCTION, 'latest', ...own] : own);
      if (all.size > 0) return [...all].map((reference) => `${name}@${reference}`);
    }
    return [];
  }

  /** What can be asked for, once for each name. */
  private async listNames(clientId: string): Promise<string[]> {
    const names = new Set(BUILT_IN_TEMPLATES.keys());
    for (const { name, isInProduction } of await this.templates.listNames(clientId)) {
      if (!names.has(name)) names.add(isInProduction ? name : `${name}@latest`);
    }
    return [...names].sort();
  }
}

function describeMissing(promptName: string, known: readonly string[]): string {
  if (known.length === 0) return NO_SUCH_NAME;
  return isProduction(parseReference(promptName)?.at ?? null) ? NOT_IN_PRODUCTION : NO_SUCH_VERSION;
}

/** As the database does with `COLLATE "C"`: by code points, not by UTF-16 code units. */
function compareNames(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function toOwn({ name, version, template, description, createdAt }: StoredVersion): ResolvedTemplate {
  return { name, version, template, description, builtIn: false, updatedAt: createdAt };
}

function toBuiltIn({ name, template, description }: BuiltInTemplate): ResolvedTemplate {
  return { name, version: null, template, description, builtIn: true, updatedAt: null };
}

/** A client's own version, with what it is labelled. */
export function toShown(version: LabelledVersion): ShownTemplate {
  return { ...toOwn(version), labels: version.labels };
}

function toShownBuiltIn(builtIn: BuiltInTemplate): ShownTemplate {
  return { ...toBuiltIn(builtIn), labels: [] };
}
