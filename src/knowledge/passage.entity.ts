import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { DocumentEntity, type DocumentScope } from './document.entity.js';

/** A piece of a document, of a size that fits a prompt, with the terms it is found by. */
@Entity('passage')
@Index('passage_document_id_position_key', ['documentId', 'position'], { unique: true })
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

  /** Counts a document's passages from 0. */
  @Column('int')
  position!: number;

  @Column('varchar', { length: 500, nullable: true })
  heading!: string | null;

  @Column('text')
  text!: string;

  /** The segmented, stemmed words, and one lexeme that names the owner. */
  @Column('tsvector', { select: false })
  terms!: string;
}
