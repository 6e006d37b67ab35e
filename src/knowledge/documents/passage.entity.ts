import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { DocumentEntity, type DocumentScope, FIRST_EDITION } from './document.entity.js';

/** A piece of a document, of a size that fits a prompt, with the terms it is found by. */
@Entity('passage')
@Index('passage_document_id_edition_position_key', ['documentId', 'edition', 'position'], { unique: true })
@Index('passage_terms_idx', ['terms'], { type: 'gin' })
export class PassageEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'document_id' })
  @ForeignKey(() => DocumentEntity, { onDelete: 'CASCADE', name: 'passage_document_id_fkey' })
  documentId!: string;

  /** The document's owner, again: a search has it in its `where` without a join. */
  @Column('uuid', { name: 'client_id', nullable: true })
  clientId!: string | null;

  @Column('varchar', { length: 10 })
  scope!: DocumentScope;

  /** A search finds it while the document has the same. */
  @Column('uuid', { default: FIRST_EDITION })
  edition!: string;

  /** Counts a document's passages from 0. */
  @Column('int')
  position!: number;

  @Column('varchar', { length: 500, nullable: true })
  heading!: string | null;

  @Column('text')
  text!: string;

  /** The segmented, stemmed words of text and headings, before migration 1795274000000 of the title too, and one lexeme that names the owner. */
  @Column('tsvector', { select: false })
  terms!: string;
}
