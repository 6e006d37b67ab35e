/**
 * Finds words that readers stumble over, by the list in words.json: in comments and strings of code, and in the text of
 * all other files. Prints `file:line: word: say …` for each, and then exits with 1.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..', '..');
const TEXT = /\.(?:md|json|ya?ml|sh|py|go|java|html|css|svg|example)$|(?:^|\/)(?:Dockerfile|run)$/;
const CODE = /\.(?:ts|mjs|cjs|js)$/;

const { words, notChecked } = JSON.parse(readFileSync(join(import.meta.dirname, 'words.json'), 'utf8'));
const RULES = words.map(({ avoid, say, in: files }) => ({
  say,
  files,
  // No part of an identifier or of an option such as --whole-answer.
  pattern: new RegExp(`(?<![\\w-])(?:${avoid})(?![\\w-])`, 'giu'),
}));

const isText = (node) =>
  ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);

/** Names of fields and options in backticks keep their words. */
const withoutNames = (text) => text.replaceAll(/`[^`\n]+`/g, (name) => ' '.repeat(name.length));

/** Where comments and strings are, by a parser. A string without white space is a name or a value, and no text. */
function textsOf(source) {
  const found = new Map();
  const visit = (node) => {
    const start = node.getFullStart();
    const comments = ts.getLeadingCommentRanges(source.text, start) ?? [];
    for (const { pos, end } of [...comments, ...(ts.getTrailingCommentRanges(source.text, start) ?? [])])
      found.set(pos, withoutNames(source.text.slice(pos, end)));
    if (isText(node) && /\s/.test(node.getText(source)))
      found.set(node.getStart(source), node.getText(source));
    for (const child of node.getChildren(source)) visit(child);
  };
  visit(source);
  return [...found];
}

/** @returns {[offset: number, text: string][]} */
function piecesOf(file, content) {
  if (CODE.test(file)) return textsOf(ts.createSourceFile(file, content, ts.ScriptTarget.Latest, true));
  return [[0, file.endsWith('.md') ? withoutNames(content) : content]];
}

function faultsIn(file) {
  const content = readFileSync(join(ROOT, file), 'utf8');
  const rules = RULES.filter(({ files }) => !files || matchesGlob(file, files));
  return piecesOf(file, content).flatMap(([offset, text]) =>
    rules.flatMap(({ pattern, say }) =>
      Array.from(text.matchAll(pattern), ({ 0: word, index }) => {
        const line = content.slice(0, offset + index).split('\n').length;
        return `${file}:${line}: ${word}: say ${say}`;
      }),
    ),
  );
}

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
}).split('\n');
const checked = files.filter(
  (file) =>
    (TEXT.test(file) || CODE.test(file)) &&
    existsSync(join(ROOT, file)) &&
    !notChecked.some((glob) => matchesGlob(file, glob)),
);
const faults = checked.flatMap(faultsIn);
for (const fault of faults) console.error(fault);
console.log(`${checked.length} files, ${faults.length} words to avoid`);
process.exitCode = faults.length === 0 ? 0 : 1;
