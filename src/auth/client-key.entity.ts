import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ClientEntity } from './client.entity.js';

/** One of a client's keys. A client may have several, so that a key can be replaced without a gap. */
@Entity('client_key')
@Index('client_key_hash_key', ['hash'], { unique: true })
@Index('client_key_client_id_idx', ['clientId'])
export class ClientKeyEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'client_id' })
  @ForeignKey(() => ClientEntity, { onDelete: 'CASCADE', name: 'client_key_client_id_fkey' })
  clientId!: string;

  /** SHA-256 of the key; the key itself is stored nowhere. */
  @Column('bytea')
  hash!: Buffer;

  /** The first characters of the key, to tell keys apart in a listing. */
  @Column('varchar', { length: 20 })
  prefix!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
