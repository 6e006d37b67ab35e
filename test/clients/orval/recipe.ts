import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.js';
import { folderOf } from '../generator.js';
import { pinnedVersion } from '../npm-packages.js';
import { node, typeScriptClient } from '../typescript-client.js';

export const orval = typeScriptClient({
  name: 'orval (fetch)',
  version: pinnedVersion('orval'),
  stream: 'by hand',
  folder: 'orval',
  generate: async ({ folder }, modules) => {
    const config = 'orval.config.mjs';
    await copyFile(join(folderOf('orval'), config), join(folder, config));
    await run(node(folder, join(modules, 'orval', 'dist', 'bin', 'orval.mjs'), '--config', config));
  },
});
