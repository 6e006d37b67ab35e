/**
 * Fails on what would break callers of the last release: compares its document with that of now. Texts are left out:
 * they break no caller, and the comparison takes a parameter whose text was rewritten for another parameter. Other documents
 * can be named: that of before, and that of now.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const [, , released = join(ROOT, 'test', 'openapi', 'released.json'), present = join(ROOT, 'openapi.json')] =
  process.argv;

/** A property may be called `description` too: that one is an object. */
const isText = (key, value) =>
  key === 'example' ||
  key === 'examples' ||
  (['description', 'summary'].includes(key) && typeof value === 'string');

/**
 * Members whose change breaks no caller: null comes only to requests with tools, which the last release refused, and a message
 * may have parts where it could have a text, which it still may.
 */
const HARMLESS = [
  ['ChatCompletionAnswer', 'content'],
  ['ChatCompletionMessage', 'content'],
];

const withoutTexts = (file) => {
  const document = JSON.parse(readFileSync(file, 'utf8'), (key, value) =>
    isText(key, value) ? undefined : value,
  );
  for (const [schema, member] of HARMLESS)
    delete document.components?.schemas?.[schema]?.properties?.[member];
  return JSON.stringify(document, null, 2);
};

const folder = mkdtempSync(join(tmpdir(), 'openapi-compare-'));
try {
  const files = [released, present].map((file, index) => {
    const bare = join(folder, ['released.json', 'present.json'][index]);
    writeFileSync(bare, withoutTexts(file));
    return bare;
  });
  const environment = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const redocly = join(ROOT, 'node_modules', '.bin', 'redocly');
  const { status } = spawnSync(redocly, ['diff', ...files], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
