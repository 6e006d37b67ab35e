import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../command.js';
import { folderOf } from '../generator.js';
import { go, goClient } from '../go-client.js';

const HOME = folderOf('ogen');
const [, VERSION = ''] = /\/ogen-go\/ogen v(\S+)/.exec(readFileSync(join(HOME, 'go.mod'), 'utf8')) ?? [];

export const ogen = goClient({
  name: 'ogen',
  version: VERSION,
  stream: 'by hand',
  folder: 'ogen',
  generate: async ({ folder, document }) => {
    await run(go(folder, 'tool', 'ogen', '--target', 'client', '--package', 'client', document));
  },
});
