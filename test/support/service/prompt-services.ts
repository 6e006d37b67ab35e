import type { DataSource, EntityManager } from 'typeorm';
import { ClientEntity } from '../../../src/auth/client.entity.js';
import { newId } from '../../../src/common/uuid.js';
import { PromptLabelEntity } from '../../../src/prompt/prompt-label.entity.js';
import { PromptLabelRepository } from '../../../src/prompt/prompt-label.repository.js';
import { PromptTemplateEntity } from '../../../src/prompt/prompt-template.entity.js';
import { PromptTemplateRepository } from '../../../src/prompt/prompt-template.repository.js';
import { PromptEditor } from '../../../src/prompt/prompt-editor.js';
import { PromptService, type ShownTemplate } from '../../../src/prompt/prompt.service.js';

/** The real services and repositories of templates, on a database or in a transaction on it. */
export interface PromptServices {
  readonly prompts: PromptService;
  readonly editor: PromptEditor;
}

export function promptServices(on: DataSource | EntityManager): PromptServices {
  const templates = new PromptTemplateRepository(on.getRepository(PromptTemplateEntity));
  const labels = new PromptLabelRepository(on.getRepository(PromptLabelEntity));
  const prompts = new PromptService(templates, labels);
  return { prompts, editor: new PromptEditor(templates, labels, prompts) };
}

/** A client that has nothing yet; its id. */
export async function insertClient(dataSource: DataSource): Promise<string> {
  const id = newId();
  await dataSource.getRepository(ClientEntity).insert({ id, name: `client-${id}` });
  return id;
}

/** A client that has saved `count` versions of `mine`, each as a draft; its id. */
export async function insertDrafts(dataSource: DataSource, count: number): Promise<string> {
  const client = await insertClient(dataSource);
  const { editor } = promptServices(dataSource);
  for (let version = 1; version <= count; version++)
    await editor.saveTemplate(client, 'mine', { template: `text ${version}`, labels: [] });
  return client;
}

/** The versions of a template with their labels, the newest first. */
export async function versionsOf(
  prompts: PromptService,
  client: string,
  name = 'mine',
): Promise<Pick<ShownTemplate, 'version' | 'labels'>[]> {
  const { items } = await prompts.listVersions(client, name, { limit: 100 });
  return items.map(({ version, labels }) => ({ version, labels }));
}
