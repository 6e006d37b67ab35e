import { readFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../command.js';
import { folderOf } from '../generator.js';
import { go, goClient } from '../go-client.js';

const HOME = folderOf('oapi-codegen');
const [, VERSION = ''] = /\/oapi-codegen\/v2 v(\S+)/.exec(readFileSync(join(HOME, 'go.mod'), 'utf8')) ?? [];

export const oapiCodegen = goClient({
  name: 'oapi-codegen',
  version: VERSION,
  stream: 'by hand',
  folder: 'oapi-codegen',
  generate: async ({ folder, document }) => {
    await copyFile(join(HOME, 'config.yaml'), join(folder, 'config.yaml'));
    await mkdir(join(folder, 'client'));
    await run(go(folder, 'tool', 'oapi-codegen', '-config', 'config.yaml', document));
  },
});
