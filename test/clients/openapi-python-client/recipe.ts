import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.js';
import { folderOf } from '../generator.js';
import { pythonClient, requiredVersion } from '../python-client.js';

const FOLDER = 'openapi-python-client';

export const openapiPythonClient = pythonClient({
  name: 'openapi-python-client',
  version: requiredVersion(FOLDER, 'openapi-python-client'),
  stream: 'by hand',
  folder: FOLDER,
  package: 'client',
  generate: async ({ folder, document }, bin) => {
    // It knows no lines of JSON, and would leave out what exports answer.
    const config = join(folder, 'config.yaml');
    await copyFile(join(folderOf(FOLDER), 'config.yaml'), config);
    const options = [
      '--path',
      document,
      '--output-path',
      'client',
      '--meta',
      'none',
      '--config',
      config,
      '--fail-on-warning',
    ];
    // It formats what it writes with ruff, which is beside it.
    const env = { PATH: `${bin}:${process.env['PATH']}` };
    await run({
      command: join(bin, 'openapi-python-client'),
      args: ['generate', ...options],
      cwd: folder,
      env,
    });
  },
});
