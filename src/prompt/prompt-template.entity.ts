import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/**
 * One version of a client's prompt template. A version never changes: saving adds one, deleting marks
 * all of a name's versions, so that a version number is never given twice.
 */
@Entity('prompt_template')
@Index('prompt_template_client_id_name_version_key', ['clientId', 'name', 'version'], { unique: true })
@Check('prompt_template_version_check', 'version >= 1')
export class PromptTemplateEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'client_id' })
  @ForeignKey('client', { onDelete: 'CASCADE', name: 'prompt_template_client_id_fkey' })
  clientId!: string;

  @Column('varchar', { length: 100 })
  name!: string;

  @Column('int')
  version!: number;

  @Column('text')
  template!: string;

  @Column('varchar', { length: 1000, nullable: true })
  description!: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;
}
