import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * The messages that the request of a turn brought. A table of its own: each update of a turn's row would write the index
 * again. No foreign key: the trigger `turn_forget_context` deletes it with its turn, and has to read it then.
 */
@Entity('turn_context')
@Index('turn_context_entries_idx', ['entries'], { type: 'gin' })
export class TurnContextEntity {
  @PrimaryColumn('uuid', { name: 'turn_id' })
  turnId!: string;

  @Column('uuid', { name: 'client_id' })
  clientId!: string;

  /** Ids of `context_message`: the messages in their order, and behind them the list of tools, if there is one. */
  @Column('uuid', { array: true })
  entries!: readonly string[];

  /** Whether the messages are all that the caller sent, with the question; else they are those before the question. */
  @Column('boolean', { name: 'includes_question' })
  includesQuestion!: boolean;
}
