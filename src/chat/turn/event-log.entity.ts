import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * Events of a running turn, some to a row, append only. With them another replica streams the turn, and
 * what was said survives the death of its owner. Ended turns do without: rows are deleted by their age.
 * No foreign key: it would be checked for every batch, and the rows live for minutes.
 */
@Entity('turn_log')
@Index('turn_log_created_at_idx', ['createdAt'])
export class EventLogEntity {
  @PrimaryColumn('uuid', { name: 'turn_id' })
  turnId!: string;

  /** The `seq` of the first of the events. */
  @PrimaryColumn('int', { name: 'first_seq' })
  firstSeq!: number;

  /** A JSON array of event bodies. Text, not jsonb: no query reads it, and parsing it would cost. */
  @Column('text')
  events!: string;

  /** How large the turn's prompt is, in tokens; null: not known yet. */
  @Column('int', { name: 'input_tokens', nullable: true })
  inputTokens!: number | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
