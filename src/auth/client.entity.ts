import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AnswerForm } from './client-settings.js';

/** A calling team. Everything stored belongs to one; what it calls itself with are its keys. */
@Entity('client')
@Index('client_name_key', ['name'], { unique: true })
@Check('client_name_check', `name <> ''`)
@Check('client_break_max_bytes_check', 'break_max_bytes >= 64')
@Check('client_break_min_chars_check', 'break_min_chars >= 1')
@Check('client_break_after_ms_check', 'break_after_ms >= 1')
@Check('client_break_first_ms_check', 'break_first_ms >= 0')
@Check('client_whole_answer_check', `whole_answer IN ('json', 'sse')`)
export class ClientEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('varchar', { length: 100 })
  name!: string;

  // What each setting means is said in `client-settings.ts`; null is its default.
  @Column('boolean', { name: 'break_enabled', nullable: true })
  breakEnabled!: boolean | null;

  @Column('int', { name: 'break_min_chars', nullable: true })
  breakMinChars!: number | null;

  @Column('int', { name: 'break_after_ms', nullable: true })
  breakAfterMs!: number | null;

  @Column('int', { name: 'break_max_bytes', nullable: true })
  breakMaxBytes!: number | null;

  @Column('int', { name: 'break_first_ms', nullable: true })
  breakFirstMs!: number | null;

  @Column('varchar', { name: 'whole_answer', length: 4, nullable: true })
  wholeAnswer!: AnswerForm | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
