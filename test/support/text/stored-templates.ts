import { newId } from '../../../src/common/uuid.js';
import type { NumberedVersion, PromptLabelRepository } from '../../../src/prompt/prompt-label.repository.js';
import type { PromptTemplateEntity } from '../../../src/prompt/prompt-template.entity.js';
import type {
  LabelledVersion,
  NewTemplateVersion,
  PromptTemplateRepository,
  VersionKey,
} from '../../../src/prompt/prompt-template.repository.js';
import { PromptEditor } from '../../../src/prompt/prompt-editor.js';
import { PromptService } from '../../../src/prompt/prompt.service.js';

/** One client's stored templates, kept in memory; what no test plans for is not there to be called. */
export class StoredTemplates
  implements
    Pick<PromptTemplateRepository, 'find' | 'findLabelled' | 'findLastOfAny' | 'addVersion' | 'listNames'>,
    Pick<PromptLabelRepository, 'listReferences' | 'moveForward'>
{
  readonly rows: PromptTemplateEntity[] = [];
  /** What was looked up, in order. */
  readonly lookUps: string[] = [];
  readonly prompts: PromptService;
  readonly editor: PromptEditor;
  /** Runs before a version is added: another caller who saves at the same time. */
  beforeAdding: () => void = () => undefined;
  private readonly labels = new Map<string, number>();

  constructor() {
    const templates = this as unknown as PromptTemplateRepository;
    const labels = this as unknown as PromptLabelRepository;
    this.prompts = new PromptService(templates, labels);
    this.editor = new PromptEditor(templates, labels, this.prompts);
  }

  /** Adds a version, and moves labels to it. */
  add(
    added: Partial<NewTemplateVersion> & { name: string },
    labels: readonly string[] = ['production'],
  ): PromptTemplateEntity {
    const version = added.version ?? this.rows.filter(({ name }) => name === added.name).length + 1;
    const row: PromptTemplateEntity = {
      id: newId(),
      clientId: 'client',
      template: 'text',
      description: null,
      createdAt: new Date(0),
      deletedAt: null,
      ...added,
      version,
    };
    this.rows.push(row);
    for (const label of labels) this.labels.set(`${row.name}@${label}`, version);
    return row;
  }

  find({ name, at }: VersionKey): Promise<LabelledVersion | null> {
    this.lookUps.push(name);
    const version =
      at.kind === 'label'
        ? this.labels.get(`${name}@${at.label}`)
        : at.kind === 'version'
          ? at.version
          : this.versionsOf(name)[0];
    const row = this.rows.find((one) => one.name === name && one.version === version && !one.deletedAt);
    return Promise.resolve(row ? { ...row, labels: this.labelsOf(row) } : null);
  }

  findLabelled(key: VersionKey): Promise<LabelledVersion | null> {
    return this.find(key);
  }

  findLastOfAny(_: string, name: string): Promise<PromptTemplateEntity | null> {
    return Promise.resolve(this.rows.findLast((row) => row.name === name) ?? null);
  }

  listNames(): Promise<{ name: string; isInProduction: boolean }[]> {
    const names = new Set(this.rows.filter((row) => !row.deletedAt).map(({ name }) => name));
    return Promise.resolve(
      [...names].map((name) => ({ name, isInProduction: this.labels.has(`${name}@production`) })),
    );
  }

  addVersion(added: NewTemplateVersion, labels: readonly string[]): Promise<LabelledVersion | null> {
    this.beforeAdding();
    const isTaken = this.rows.some((row) => row.name === added.name && row.version === added.version);
    return Promise.resolve(isTaken ? null : { ...this.add(added, labels), labels });
  }

  moveForward({ name, version }: NumberedVersion, labels: readonly string[]): Promise<void> {
    for (const label of labels) this.labels.set(`${name}@${label}`, version);
    return Promise.resolve();
  }

  listReferences(_: string, name: string): Promise<{ labels: string[]; versions: number[] }> {
    const labels = [...this.labels.keys()].filter((key) => key.startsWith(`${name}@`));
    return Promise.resolve({
      labels: labels.map((key) => key.slice(name.length + 1)).sort(),
      versions: this.versionsOf(name),
    });
  }

  private versionsOf(name: string): number[] {
    const rows = this.rows.filter((row) => row.name === name && !row.deletedAt);
    return rows.map(({ version }) => version).sort((one, other) => other - one);
  }

  private labelsOf({ name, version }: PromptTemplateEntity): string[] {
    const own = [...this.labels].filter(([key, at]) => key.startsWith(`${name}@`) && at === version);
    return own.map(([key]) => key.slice(name.length + 1)).sort();
  }
}
