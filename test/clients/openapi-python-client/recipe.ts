import { join } from 'node:path';
import { run } from '../command.js';
import { pythonClient, requiredVersion } from '../python-client.js';

const FOLDER = 'openapi-python-client';

export const openapiPythonClient = pythonClient({
  name: 'openapi-python-client',
  version: requiredVersion(FOLDER, 'openapi-python-client'),
  stream: 'by hand',
  folder: FOLDER,
  package: 'client',
  generate: async ({ folder, document }, bin) => {
    const options = ['--path', document, '--output-path', 'client', '--meta', 'none', '--fail-on-warning'];
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
