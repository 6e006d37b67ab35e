import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../../src/config/environment.js';
import { ModelServer } from '../model/model-server.js';
import { startService } from './service.js';
import type { ServiceWithModel } from './service-with-model.js';

/**
 * A service whose model has settings of a file of models, and the model server behind it.
 * @param settings members of the model, beside its name and its address
 */
export async function startServiceWithSettings(
  settings: object,
  environment: Environment = {},
): Promise<ServiceWithModel> {
  const model = await ModelServer.start();
  const folder = mkdtempSync(join(tmpdir(), 'models-'));
  try {
    const file = join(folder, 'models.json');
    const models = [{ name: 'test-model', base_url: model.baseUrl, ...settings }];
    writeFileSync(file, JSON.stringify({ models }));
    const service = await startService({ environment: { LLM_MODELS_FILE: file, ...environment } });
    return { service, model };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
