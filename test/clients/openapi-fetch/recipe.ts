import { join } from 'node:path';
import { run } from '../command.js';
import { pinnedVersion } from '../npm-packages.js';
import { node, typeScriptClient } from '../typescript-client.js';

export const openapiFetch = typeScriptClient({
  name: 'openapi-typescript + openapi-fetch',
  version: `${pinnedVersion('openapi-typescript')} + ${pinnedVersion('openapi-fetch')}`,
  stream: 'by hand',
  folder: 'openapi-fetch',
  generate: async ({ folder, document }, modules) => {
    const generator = join(modules, 'openapi-typescript', 'bin', 'cli.js');
    await run(node(folder, generator, document, '--output', 'client/schema.d.ts'));
  },
});
