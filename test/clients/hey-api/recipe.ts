import { join } from 'node:path';
import { run } from '../command.js';
import { pinnedVersion } from '../npm-packages.js';
import { node, typeScriptClient } from '../typescript-client.js';

export const heyApi = typeScriptClient({
  name: 'hey-api',
  version: pinnedVersion('@hey-api/openapi-ts'),
  stream: 'by itself',
  folder: 'hey-api',
  generate: async ({ folder, document }, modules) => {
    const generator = join(modules, '@hey-api', 'openapi-ts', 'bin', 'run.js');
    await run(
      node(folder, generator, '--input', document, '--output', 'client', '--silent', '--no-log-file'),
    );
  },
});
