import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inChinese, tableOf, type Tried } from './table.js';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');
const MARKED = /(<!-- servers -->\n).*(<!-- \/servers -->)/s;

/** Puts the table between the marks of docs/models.md and of its Chinese counterpart. */
export function writePages(all: readonly Tried[]): void {
  writePage('models.md', tableOf(all));
  writePage('models.zh-CN.md', tableOf(all, inChinese));
}

function writePage(name: string, table: string): void {
  const page = join(DOCS, name);
  const text = readFileSync(page, 'utf8');
  if (!MARKED.test(text)) throw new Error(`${page} has no marks for the table`);
  // A function: `$` in the table is no reference.
  const marked = (_all: string, begin: string, end: string) => `${begin}\n${table}\n\n${end}`;
  writeFileSync(page, text.replace(MARKED, marked));
}
