import type { DataSource, EntityManager } from 'typeorm';
import { ClientEntity } from '../../../src/auth/client.entity.js';
import { newId } from '../../../src/common/uuid.js';
import { PromptLabelEntity } from '../../../src/prompt/prompt-label.entity.js';
import { PromptLabelRepository } from '../../../src/prompt/prompt-label.repository.js';
import { PromptTemplateEntity } from '../../../src/prompt/prompt-template.entity.js';
import { PromptTemplateRepository } from '../../../src/prompt/prompt-template.repository.js';
import { PromptEditor } from '../../../src/prompt/prompt-editor.js';
import { PromptService } from '../../../src/prompt/prompt.service.js';

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
