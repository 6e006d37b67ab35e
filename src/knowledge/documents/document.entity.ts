import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** `client`: of the client that posted it; `shared`: of all; `service`: this service's own documentation. */
export type DocumentScope = 'client' | 'shared' | 'service';
export type DocumentFormat = 'markdown' | 'text';

/** Of documents and passages that were stored when there were no editions. */
export const FIRST_EDITION = '00000000-0000-0000-0000-000000000000';

/** A text that answers may be drawn from. */
@Entity('document')
@Index('document_client_id_external_id_key', ['clientId', 'externalId'], {
  unique: true,
  where: 'client_id IS NOT NULL',
})
@Index('document_scope_external_id_key', ['scope', 'externalId'], {
  unique: true,
  where: 'client_id IS NULL',
})
@Index('document_client_id_id_idx', ['clientId', 'id'])
@Index('document_title_terms_idx', ['titleTerms'], { type: 'gin' })
@Index('document_staged_at_idx', ['stagedAt'], { where: 'staged_at IS NOT NULL' })
@Check('document_scope_check', `scope IN ('client', 'shared', 'service')`)
@Check('document_owner_check', `(scope = 'client') = (client_id IS NOT NULL)`)
export class DocumentEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'client_id', nullable: true })
  @ForeignKey('client', { onDelete: 'CASCADE', name: 'document_client_id_fkey' })
  clientId!: string | null;

  @Column('varchar', { length: 10 })
  scope!: DocumentScope;

  /** The owner's own id; posting it again replaces the document. */
  @Column('varchar', { name: 'external_id', length: 255, nullable: true })
  externalId!: string | null;

  @Column('varchar', { length: 500 })
  title!: string;

  @Column('varchar', { length: 2000 })
  source!: string;

  @Column('varchar', { length: 10 })
  format!: DocumentFormat;

  @Column('text')
  content!: string;

  @Column('jsonb', { default: {} })
  metadata!: Record<string, unknown>;

  /** The title's terms, with label A, and the lexeme that names the owner: once, and not with each passage. */
  @Column('tsvector', { name: 'title_terms', default: '', select: false })
  titleTerms!: string;

  /** The passages that belong to it now: those of the same edition. Null: there are none yet, and no search finds it. */
  @Column('uuid', { nullable: true, default: FIRST_EDITION })
  edition!: string | null;

  /** Since when there are passages that no search finds yet, or any more. Null: there are none. */
  @Column('timestamptz', { name: 'staged_at', nullable: true })
  stagedAt!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
