import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type DocumentFile, readDocumentFolder } from './document-folder.js';
import {
  DocumentRepository,
  type LoadedDocument,
  type UnownedScope,
} from '../documents/document.repository.js';
import { Retriever } from '../retriever.js';

/** What loaded files become. */
export interface LoadOptions {
  readonly scope: UnownedScope;
  /** The prefix of a file's path in its document's source. */
  readonly sourcePrefix?: string;
  /** What is stored with the document of a file. */
  readonly metadataOf?: (path: string) => Readonly<Record<string, unknown>>;
}

export interface LoadReport {
  readonly added: number;
  readonly replaced: number;
  readonly unchanged: number;
  readonly removed: number;
  /** Files that could not be loaded, each with why. */
  readonly faults: readonly { readonly path: string; readonly fault: string }[];
}

type ReadableFile = Extract<DocumentFile, { title: string }>;

/** Makes documents of the files in a folder, for all clients. */
@Injectable()
export class KnowledgeLoader {
  constructor(
    private readonly documents: DocumentRepository,
    private readonly retriever: Retriever,
  ) {}

  /**
   * Loads a folder of Markdown and text files for all clients, and says in words what it did.
   * @throws AppError `bad_request` when the folder cannot be read
   */
  async loadShared(folder: string): Promise<string> {
    return describeReport(await this.loadFolder(folder, { scope: 'shared' }));
  }

  /**
   * Loads the `.md` and `.txt` files in a folder; a file's document is known by its path in the folder. A
   * file that is stored already is passed over, so that loading again costs one query. Of scope `service`,
   * documents without a file are removed. Several processes may load the same folder at once.
   * @throws AppError `bad_request` when the folder cannot be read
   */
  async loadFolder(folder: string, options: LoadOptions): Promise<LoadReport> {
    const stored = await this.documents.listLoaded(options.scope);
    const counts = { added: 0, replaced: 0, unchanged: 0 };
    const faults: { path: string; fault: string }[] = [];
    const paths = new Set<string>();
    for await (const file of readDocumentFolder(folder)) {
      paths.add(file.path);
      if (file.fault !== undefined) faults.push(file);
      else counts[await this.loadFile(file, stored.get(file.path), options)]++;
    }
    const vanished = options.scope === 'service' ? [...stored].filter(([path]) => !paths.has(path)) : [];
    let removed = 0;
    for (const [, { id }] of vanished)
      if (await this.retriever.remove({ scope: options.scope, clientId: null }, id)) removed++;
    return { ...counts, removed, faults };
  }

  private async loadFile(
    { path, title, format, content }: ReadableFile,
    stored: LoadedDocument | undefined,
    { scope, sourcePrefix = '', metadataOf }: LoadOptions,
  ): Promise<'added' | 'replaced' | 'unchanged'> {
    const isCurrent = stored?.isCurrent ?? true;
    if (isCurrent && stored?.hash === createHash('sha256').update(content).digest('hex')) return 'unchanged';
    const metadata = metadataOf?.(path) ?? {};
    const owner = { scope, clientId: null } as const;
    const document = { title, source: sourcePrefix + path, content, format, externalId: path, metadata };
    // Of ten replicas that start at once nine find here that it has been done.
    const saved = await this.retriever.index({ document, owner, onlyIfChanged: isCurrent });
    if (!saved) return 'unchanged';
    return saved.isNew ? 'added' : 'replaced';
  }
}

function describeReport({ added, replaced, unchanged, faults }: LoadReport): string {
  const summary = `${added} added, ${replaced} replaced, ${unchanged} unchanged, ${faults.length} not loaded.`;
  return [summary, ...faults.map(({ path, fault }) => `  ${path}: ${fault}`)].join('\n');
}
