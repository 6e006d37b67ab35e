import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** A feedback as it was before it was replaced. */
@Entity('feedback_revision')
@ForeignKey('feedback', ['clientId', 'feedbackId'], ['clientId', 'id'], {
  onDelete: 'CASCADE',
  name: 'feedback_revision_feedback_fkey',
})
export class FeedbackRevisionEntity {
  @PrimaryColumn('uuid', { name: 'feedback_id' })
  feedbackId!: string;

  @PrimaryColumn('int')
  revision!: number;

  @Column('uuid', { name: 'client_id' })
  clientId!: string;

  @Column('smallint', { nullable: true })
  stars!: number | null;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('text', { name: 'better_answer', nullable: true })
  betterAnswer!: string | null;

  /** When this revision was given. */
  @Column('timestamptz', { name: 'given_at' })
  givenAt!: Date;
}
