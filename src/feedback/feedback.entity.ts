import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';

/** What an end user thinks of a turn. One for each turn and uid; sending again replaces the given fields. */
@Entity('feedback')
@Unique('feedback_client_id_id_key', ['clientId', 'id'])
@Index('feedback_turn_id_uid_key', ['turnId', 'uid'], { unique: true })
@Index('feedback_turn_idx', ['clientId', 'turnId', 'id'])
@Index('feedback_uid_idx', ['clientId', 'uid', 'id'])
@Index('feedback_updated_at_idx', ['clientId', 'updatedAt'])
@ForeignKey('turn', ['clientId', 'turnId'], ['clientId', 'id'], {
  onDelete: 'CASCADE',
  name: 'feedback_turn_fkey',
})
@Check('feedback_stars_check', 'stars BETWEEN 1 AND 5')
export class FeedbackEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'client_id' })
  clientId!: string;

  @Column('uuid', { name: 'turn_id' })
  turnId!: string;

  /** The end user, as the caller names it. */
  @Column('varchar', { length: 128 })
  uid!: string;

  /** 1 (plain) to 5 (best). */
  @Column('smallint', { nullable: true })
  stars!: number | null;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('text', { name: 'better_answer', nullable: true })
  betterAnswer!: string | null;

  /** Counts from 1; the earlier ones stand in `feedback_revision`. */
  @Column('int', { default: 1 })
  revision!: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
