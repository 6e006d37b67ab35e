import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/**
 * Which version of a client's prompt template has a label. A label is moved, a version never changes. One whose
 * version is marked as deleted is none.
 */
@Entity('prompt_label')
@ForeignKey('prompt_template', ['clientId', 'name', 'version'], ['clientId', 'name', 'version'], {
  onDelete: 'CASCADE',
  name: 'prompt_label_template_fkey',
})
@Check('prompt_label_label_check', `label <> 'latest' AND label !~ '^[0-9]+$'`)
export class PromptLabelEntity {
  @PrimaryColumn('uuid', { name: 'client_id' })
  clientId!: string;

  @PrimaryColumn('varchar', { length: 100 })
  name!: string;

  @PrimaryColumn('varchar', { length: 50 })
  label!: string;

  @Column('int')
  version!: number;
}
