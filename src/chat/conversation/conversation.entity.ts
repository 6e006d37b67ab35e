import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

/** A series of turns that remember each other. The caller names it by its own `externalId`. */
@Entity('conversation')
@Unique('conversation_client_id_id_key', ['clientId', 'id'])
@Index('conversation_client_id_external_id_key', ['clientId', 'externalId'], { unique: true })
@Index('conversation_end_user_idx', ['clientId', 'endUser', 'id'], { where: 'end_user IS NOT NULL' })
export class ConversationEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'client_id' })
  @ForeignKey('client', { onDelete: 'CASCADE', name: 'conversation_client_id_fkey' })
  clientId!: string;

  /** The caller's own id, any characters; unique within the client. */
  @Column('varchar', { name: 'external_id', length: 128 })
  externalId!: string;

  /** The end user it belongs to, within the client; null: none. */
  @Column('varchar', { name: 'end_user', length: 128, nullable: true })
  endUser!: string | null;

  @Column('varchar', { length: 255 })
  name!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
