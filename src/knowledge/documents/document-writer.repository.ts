import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { AppError } from '../../common/errors/app-error.js';
import { newId } from '../../common/uuid.js';
import { kindOfDatabaseError } from '../../database/database-error.js';
import { inTransaction } from '../../database/transaction.js';
import type { DocumentInput, IndexedPassage, SavedDocument } from './document.repository.js';
import { type Owner, toTitleVector } from '../index/terms-vector.js';

/** Passages in batches, each for a statement of some 10 ms. */
export type PassageBatches = AsyncIterable<readonly IndexedPassage[]>;

export interface SaveOptions {
  readonly owner: Owner;
  readonly batches: PassageBatches;
  /** Do nothing when the same is stored already. */
  readonly onlyIfChanged?: boolean;
}

/** Up to so many passages are stored in one transaction. More would keep others waiting for too long. */
const BATCHES_AT_ONCE = 4;

/** Invisible passages are deleted so many at a time. */
const DELETED_AT_ONCE = 500;

/** Saving a document takes seconds: what was begun before was cut short. */
const ABANDONED_AFTER = `interval '1 hour'`;

interface DocumentRow {
  readonly id: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  /** Null: nothing of it is seen yet. */
  readonly edition: string | null;
}

/** What is stored of a document, under which edition. */
interface Writing {
  readonly document: DocumentInput;
  readonly owner: Owner;
  readonly edition: string;
}

/**
 * Stores documents with all their passages, or not at all. Passages have an edition, and are seen while it is that of
 * their document. A short document is stored in one transaction. The passages of a long one are stored in many short
 * statements under an invisible edition, so that others have the database in between; then the document
 * changes to that edition in one statement, and those of its former one are deleted.
 */
@Injectable()
export class DocumentWriterRepository {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * Stores a document in place of the owner's earlier one of the same external id. Of several that come at the same
   * time the last one stays.
   * @returns null: the same is stored already
   * @throws AppError `conflict`: somebody deleted the document meanwhile
   */
  async save(
    document: DocumentInput,
    { owner, batches, onlyIfChanged = false }: SaveOptions,
  ): Promise<SavedDocument | null> {
    const writing: Writing = { document, owner, edition: newId() };
    const condition = onlyIfChanged ? `WHERE ${IS_CHANGED}` : '';
    const rest = batches[Symbol.asyncIterator]();
    const first: (readonly IndexedPassage[])[] = [];
    while (first.length < BATCHES_AT_ONCE) {
      const next = await rest.next();
      if (next.done === true) return this.saveAtOnce(writing, first.flat(), condition);
      first.push(next.value);
    }
    return this.saveInStages(writing, first, { [Symbol.asyncIterator]: () => rest });
  }

  /** Deletes what was left behind by processes that died while they stored a document. */
  async deleteAbandoned(): Promise<void> {
    const rows = await this.database.query<{ id: string; edition: string | null }[]>(
      `SELECT id, edition FROM document WHERE staged_at < now() - ${ABANDONED_AFTER}`,
    );
    for (const { id, edition } of rows) {
      await this.deletePassages(id, 'edition IS DISTINCT FROM $2::uuid', edition);
      await this.database.query(
        edition === null
          ? 'DELETE FROM document WHERE id = $1 AND edition IS NULL'
          : 'UPDATE document SET staged_at = NULL WHERE id = $1',
        [id],
      );
    }
  }

  private saveAtOnce(
    writing: Writing,
    passages: readonly IndexedPassage[],
    condition: string,
  ): Promise<SavedDocument | null> {
    return inTransaction(this.database, async (manager) => {
      const row = await upsertDocument(manager, writing, condition);
      if (!row) return null;
      await insertPassages(manager, writing, { documentId: row.id, passages, first: 0 });
      const isNew = row.edition === writing.edition;
      if (!isNew) await replaceEdition(manager, row, writing.edition);
      return toSaved(row, isNew, passages.length);
    });
  }

  private async saveInStages(
    writing: Writing,
    first: readonly (readonly IndexedPassage[])[],
    rest: PassageBatches,
  ): Promise<SavedDocument> {
    const { id } = await stageDocument(this.database.manager, writing);
    try {
      let count = 0;
      for await (const passages of joined(first, rest)) {
        await insertPassages(this.database.manager, writing, { documentId: id, passages, first: count });
        count += passages.length;
      }
      const { row, former } = await this.publish(id, writing);
      if (former !== null) await this.deletePassages(id, 'edition = $2::uuid', former);
      await this.database.query('UPDATE document SET staged_at = NULL WHERE id = $1', [id]);
      return toSaved(row, former === null, count);
    } catch (error) {
      await this.withdraw(id, writing.edition);
      throw kindOfDatabaseError(error) === 'foreign_key_violation' ? deletedMeanwhile(error) : error;
    }
  }

  private publish(id: string, writing: Writing): Promise<{ row: DocumentRow; former: string | null }> {
    return inTransaction(this.database, async (manager) => {
      const [before] = await manager.query<DocumentRow[]>(
        'SELECT edition FROM document WHERE id = $1 FOR UPDATE',
        [id],
      );
      if (!before) throw deletedMeanwhile();
      const values = [...valuesOf(writing), id, writing.edition];
      const [rows] = await manager.query<[DocumentRow[], number]>(
        `UPDATE document SET ${COLUMNS.map((column, index) => `${column} = $${index + 1}`).join(', ')},
           edition = $${values.length}, updated_at = CASE WHEN edition IS NULL THEN updated_at ELSE now() END
         WHERE id = $${values.length - 1} RETURNING id, created_at, updated_at, edition`,
        values,
      );
      return { row: rows[0]!, former: before.edition };
    });
  }

  /** A failure here too leaves invisible rows, for {@link deleteAbandoned}. */
  private async withdraw(id: string, edition: string): Promise<void> {
    try {
      await this.deletePassages(id, 'edition = $2::uuid', edition);
      await this.database.query('DELETE FROM document WHERE id = $1 AND edition IS NULL', [id]);
    } catch {
      // The database is away: the failure that led here says so.
    }
  }

  private async deletePassages(documentId: string, condition: string, edition: string | null): Promise<void> {
    for (let deleted = DELETED_AT_ONCE; deleted === DELETED_AT_ONCE;) {
      [, deleted] = await this.database.query<[unknown, number]>(
        `DELETE FROM passage WHERE id IN (
           SELECT id FROM passage WHERE document_id = $1 AND ${condition} LIMIT ${DELETED_AT_ONCE})`,
        [documentId, edition],
      );
    }
  }
}

async function* joined(
  first: readonly (readonly IndexedPassage[])[],
  rest: PassageBatches,
): AsyncGenerator<readonly IndexedPassage[], void> {
  yield* first;
  yield* rest;
}

const COLUMNS = ['title', 'title_terms', 'source', 'format', 'content', 'metadata'];
const REPLACEMENTS = COLUMNS.map((column) => `${column} = excluded.${column}`).join(', ');
const COMPARED = COLUMNS.filter((column) => column !== 'title_terms');
/** Also when it is not visible yet: the process that stores it may have died. */
const IS_CHANGED = `d.edition IS NULL OR (${COMPARED.map((column) => `d.${column}`).join(', ')})
  IS DISTINCT FROM (${COMPARED.map((column) => `excluded.${column}`).join(', ')})`;

/** As {@link COLUMNS} are ordered. */
function valuesOf({ document, owner }: Writing): unknown[] {
  const { title, source, format, content, metadata } = document;
  return [title, toTitleVector(title, owner), source, format, content, JSON.stringify(metadata)];
}

/** The row of the document, with its new content; a new document with its new edition, an old one with its former. */
async function upsertDocument(
  manager: EntityManager,
  writing: Writing,
  condition: string,
): Promise<DocumentRow | undefined> {
  const [row] = await insertDocument(manager, writing, {
    edition: writing.edition,
    replacement: `${REPLACEMENTS}, updated_at = now() ${condition}`,
  });
  return row;
}

/** The row of the document, as it was; a new one is invisible. */
async function stageDocument(manager: EntityManager, writing: Writing): Promise<DocumentRow> {
  const [row] = await insertDocument(manager, writing, { edition: null, replacement: 'staged_at = now()' });
  return row!;
}

function insertDocument(
  manager: EntityManager,
  writing: Writing,
  { edition, replacement }: { edition: string | null; replacement: string },
): Promise<DocumentRow[]> {
  const { clientId, scope } = writing.owner;
  const conflict =
    clientId === null
      ? '(scope, external_id) WHERE client_id IS NULL'
      : '(client_id, external_id) WHERE client_id IS NOT NULL';
  return manager.query<DocumentRow[]>(
    `INSERT INTO document AS d (${COLUMNS.join(', ')}, id, client_id, scope, external_id, edition, staged_at)
     VALUES ($1, $2::tsvector, $3, $4, $5, $6::jsonb, $7, $8, $9, $10, $11::uuid,
       CASE WHEN $11::uuid IS NULL THEN now() END)
     ON CONFLICT ${conflict} DO UPDATE SET ${replacement}
     RETURNING id, created_at, updated_at, edition`,
    [...valuesOf(writing), newId(), clientId, scope, writing.document.externalId, edition],
  );
}

async function replaceEdition(manager: EntityManager, { id, edition }: DocumentRow, next: string) {
  await manager.query('UPDATE document SET edition = $2 WHERE id = $1', [id, next]);
  // Not all others: another long document may be on its way under the same external id.
  await manager.query('DELETE FROM passage WHERE document_id = $1 AND edition = $2', [id, edition]);
}

async function insertPassages(
  manager: EntityManager,
  { owner, edition }: Writing,
  { documentId, passages, first }: { documentId: string; passages: readonly IndexedPassage[]; first: number },
): Promise<void> {
  await manager.query(
    `INSERT INTO passage (id, document_id, client_id, scope, edition, position, heading, text, terms)
     SELECT p.id, $1, $2, $3, $4, $5 + p.ordinal - 1, p.heading, p.text, p.terms::tsvector
     FROM unnest($6::uuid[], $7::text[], $8::text[], $9::text[]) WITH ORDINALITY
       AS p(id, heading, text, terms, ordinal)`,
    [
      documentId,
      owner.clientId,
      owner.scope,
      edition,
      first,
      passages.map(() => newId()),
      passages.map(({ heading }) => heading),
      passages.map(({ text }) => text),
      passages.map(({ terms }) => terms),
    ],
  );
}

function toSaved({ id, created_at, updated_at }: DocumentRow, isNew: boolean, passages: number) {
  return { id, isNew, passages, createdAt: created_at, updatedAt: updated_at };
}

function deletedMeanwhile(cause?: unknown): AppError {
  return new AppError('conflict', 'This document was deleted while it was being replaced; send it again.', {
    cause,
    retryAfterSeconds: 1,
  });
}
