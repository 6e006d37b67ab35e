import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { AppError } from '../../common/errors/app-error.js';
import { describeTextFault } from '../../common/text/storable-text.js';
import type { DocumentFormat } from '../documents/document.entity.js';
import {
  MAX_CONTENT_CHARACTERS,
  MAX_EXTERNAL_ID_CHARACTERS,
  MAX_TITLE_CHARACTERS,
} from '../documents/document-limits.js';
import { UnreadableFileError } from './parsers/document-parser.js';
import { parserOf } from './parsers/parsers.js';

/** A file as a document, or why it is none. `path` is relative to the folder, with `/` on every system. */
export type DocumentFile =
  | {
      readonly path: string;
      readonly title: string;
      readonly format: DocumentFormat;
      readonly content: string;
      readonly fault?: undefined;
    }
  | { readonly path: string; readonly fault: string };

/**
 * The files in `folder` and the folders in it that a parser reads, by path. Hidden ones and symbolic links are
 * left out: a link may lead anywhere, or round in a circle.
 * @throws AppError `bad_request` when the folder itself cannot be read
 */
export async function* readDocumentFolder(folder: string): AsyncGenerator<DocumentFile> {
  for (const path of await listFiles(folder)) yield await readDocumentFile(folder, path);
}

async function listFiles(folder: string, inside = ''): Promise<string[]> {
  const entries = await readdir(join(folder, inside), { withFileTypes: true }).catch((error: unknown) => {
    throw new AppError(
      'bad_request',
      `The folder ${join(folder, inside)} cannot be read (${codeOf(error)}).`,
    );
  });
  const paths: string[] = [];
  for (const entry of entries) {
    const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) paths.push(...(await listFiles(folder, path)));
    else if (entry.isFile() && parserOf(path) !== undefined) paths.push(path);
  }
  return paths.sort();
}

async function readDocumentFile(folder: string, path: string): Promise<DocumentFile> {
  if (path.length > MAX_EXTERNAL_ID_CHARACTERS) return { path, fault: 'its path is too long' };
  try {
    const parser = parserOf(path)!;
    const { size } = await stat(join(folder, path));
    if (size > parser.maxBytes) return { path, fault: `is larger than ${parser.maxBytes} bytes` };
    const { format, content, title } = await parser.parse(await readFile(join(folder, path)));
    const fault = describeTextFault(content, { max: MAX_CONTENT_CHARACTERS });
    if (fault !== null) return { path, fault };
    if (content.trim() === '') return { path, fault: 'has no text' };
    return { path, format, content, title: shorten(title ?? basename(path, extname(path))) };
  } catch (error) {
    if (error instanceof UnreadableFileError) return { path, fault: error.message };
    return { path, fault: `cannot be read (${codeOf(error)})` };
  }
}

function shorten(title: string): string {
  return title.slice(0, MAX_TITLE_CHARACTERS).toWellFormed();
}

function codeOf(error: unknown): string {
  return (error as Partial<NodeJS.ErrnoException>).code ?? 'unknown error';
}
