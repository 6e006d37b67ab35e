import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** A calling team. Everything stored belongs to one; what it calls itself with are its keys. */
@Entity('client')
@Index('client_name_key', ['name'], { unique: true })
@Check('client_name_check', `name <> ''`)
@Check('client_break_max_bytes_check', 'break_max_bytes >= 64')
export class ClientEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('varchar', { length: 100 })
  name!: string;

  /** The longest message that the client's channel takes, in UTF-8 bytes; null: any. */
  @Column('int', { name: 'break_max_bytes', nullable: true })
  breakMaxBytes!: number | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
