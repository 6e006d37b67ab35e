import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../../src/config/environment.js';
import { ModelServer } from '../model/model-server.js';
import { startService } from './service.js';
import type { ServiceWithModel } from './service-with-model.js';

/**
 * A service whose model has two targets, both on one model server: when the first fails, the second is asked at
 * once. The models are called `first` and `second` there.
 */
export async function startServiceWithTargets(environment: Environment = {}): Promise<ServiceWithModel> {
  const model = await ModelServer.start();
  const targets = ['first', 'second'].map((name) => ({ base_url: model.baseUrl, model: name }));
  const folder = mkdtempSync(join(tmpdir(), 'models-'));
  try {
    const file = join(folder, 'models.json');
    writeFileSync(file, JSON.stringify({ models: [{ name: 'test-model', targets }] }));
    const service = await startService({ environment: { LLM_MODELS_FILE: file, ...environment } });
    return { service, model };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
