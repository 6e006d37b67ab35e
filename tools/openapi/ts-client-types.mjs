/**
 * Writes the types of clients/typescript again, from openapi.json: those of the operations that it calls, and what
 * they are made of. With --check it writes nothing, and fails when the types are not those of the document.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@hey-api/openapi-ts';

const ROOT = join(import.meta.dirname, '..', '..');
const TYPES = join('clients', 'typescript', 'src', 'generated', 'types.ts');

const OPERATIONS = [
  'POST /chat/stream',
  'POST /api/chat',
  'GET /api/chat/{chat_id}',
  'GET /api/chat/{chat_id}/stream',
  'POST /api/chat/{chat_id}/stop',
  'POST /api/feedback',
  'GET /api/models',
  'GET /api/prompts',
];

/** Without what no type is made of: the generator complains of each. */
async function readDocument() {
  const text = await readFile(join(ROOT, 'openapi.json'), 'utf8');
  return JSON.parse(text, (key, value) => (key === 'examples' || key === 'headers' ? undefined : value));
}

/** @returns the types as they are to be */
async function generate() {
  const folder = await mkdtemp(join(tmpdir(), 'ts-client-types-'));
  try {
    await createClient({
      input: await readDocument(),
      output: { path: folder, entryFile: false },
      plugins: ['@hey-api/typescript'],
      parser: { filters: { operations: { include: OPERATIONS } } },
      logs: { level: 'silent', file: false },
    });
    return await readFile(join(folder, 'types.gen.ts'), 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const types = await generate();
if (!process.argv.includes('--check')) {
  await writeFile(join(ROOT, TYPES), types);
} else if (types !== (await readFile(join(ROOT, TYPES), 'utf8'))) {
  console.error(
    `${TYPES} is not what openapi.json asks for: run npm run ts-client:types, and commit the change.`,
  );
  process.exitCode = 1;
}
