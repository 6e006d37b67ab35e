import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { limitsOf, type Row, settingsOf, tableOf } from './table.js';
import { inChinese, inEnglish, type Words } from './words.js';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');

/** Puts the tables between the marks of docs/openai-clients.md and of its Chinese counterpart. */
export function writePages(rows: readonly Row[]): void {
  writePage('openai-clients.md', rows, inEnglish);
  writePage('openai-clients.zh-CN.md', rows, inChinese);
}

function writePage(name: string, rows: readonly Row[], words: Words): void {
  const page = join(DOCS, name);
  const made = {
    clients: tableOf(rows, words),
    limits: limitsOf(rows, words),
    settings: settingsOf(rows, words),
  };
  let text = readFileSync(page, 'utf8');
  for (const [mark, table] of Object.entries(made)) {
    const marked = new RegExp(`(<!-- ${mark} -->\\n).*(<!-- /${mark} -->)`, 's');
    if (!marked.test(text)) throw new Error(`${page} has no marks for ${mark}`);
    // A function: `$` in the table is no reference.
    text = text.replace(marked, (_all, begin: string, end: string) => `${begin}\n${table}\n\n${end}`);
  }
  writeFileSync(page, text);
}
