import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/**
 * A message, or a list of tools, that requests of a client brought: stored once, however many turns refer to it. The
 * trigger `turn_forget_context` deletes it with the last of them.
 */
@Entity('context_message')
export class ContextMessageEntity {
  @PrimaryColumn('uuid', { name: 'client_id' })
  @ForeignKey('client', { onDelete: 'CASCADE', name: 'context_message_client_id_fkey' })
  clientId!: string;

  /** The first 128 bits of the SHA-256 of `content` and of the client's id. */
  @PrimaryColumn('uuid')
  id!: string;

  /** JSON as it was sent, without inline data. Not jsonb, which reorders members and refuses escapes of NUL and of half a surrogate pair. */
  @Column('json')
  content!: unknown;
}
