import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** A calling team. Everything stored belongs to one; what it calls itself with are its keys. */
@Entity('client')
@Index('client_name_key', ['name'], { unique: true })
@Check('client_name_check', `name <> ''`)
export class ClientEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('varchar', { length: 100 })
  name!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
