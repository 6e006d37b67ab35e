import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { OwnContext } from '../domain/own-context.js';
import type { ToolCall } from '../domain/tool-call.js';
import type { Source } from '../domain/turn-event.js';
import type { AttemptRecord } from '../../llm/completion.js';
import type { FinishReason } from '../domain/turn-outcome.js';

export type TurnStatus = 'running' | 'completed' | 'failed' | 'cancelled';

/** One question and everything done to answer it. */
@Entity('turn')
@Unique('turn_client_id_id_key', ['clientId', 'id'])
@Index('turn_conversation_idx', ['clientId', 'conversationId', 'id'], {
  where: 'conversation_id IS NOT NULL',
})
@Index('turn_running_idx', ['leaseUntil'], { where: `status = 'running'` })
@Index('turn_running_conversation_key', ['conversationId'], { unique: true, where: `status = 'running'` })
@Index('turn_running_request_idx', ['requestHash'], { where: `status = 'running'` })
@Index('turn_delivered_request_idx', ['requestHash', 'deliveredAt'], { where: 'delivered_at IS NOT NULL' })
@Index('turn_missed_request_idx', ['requestHash', 'endedAt'], {
  where: `status = 'completed' AND delivered_at IS NULL`,
})
@Index('turn_idempotency_key_key', ['clientId', 'endUser', 'idempotencyKey'], {
  unique: true,
  where: 'idempotency_key IS NOT NULL AND end_user IS NOT NULL',
})
@Index('turn_nobodys_idempotency_key_key', ['clientId', 'idempotencyKey'], {
  unique: true,
  where: 'idempotency_key IS NOT NULL AND end_user IS NULL',
})
@ForeignKey('conversation', ['clientId', 'conversationId'], ['clientId', 'id'], {
  onDelete: 'CASCADE',
  name: 'turn_conversation_fkey',
})
@Check('turn_status_check', `status IN ('running', 'completed', 'failed', 'cancelled')`)
@Check('turn_ended_check', `(status = 'running') = (ended_at IS NULL)`)
export class TurnEntity {
  /** UUIDv7: `message_id` of the Conversation API, `chat_id` of the QA API. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'client_id' })
  @ForeignKey('client', { onDelete: 'CASCADE', name: 'turn_client_id_fkey' })
  clientId!: string;

  /** The name of its wire. */
  @Column('varchar', { length: 20 })
  variant!: string;

  @Column('varchar', { name: 'end_user', length: 128, nullable: true })
  endUser!: string | null;

  @Column('uuid', { name: 'conversation_id', nullable: true })
  conversationId!: string | null;

  @Column('text')
  question!: string;

  /** What the reader ended up with; empty while the turn runs. */
  @Column('text', { default: '' })
  answer!: string;

  /** What the model thought before it; empty while the turn runs, and where it showed nothing of that. */
  @Column('text', { default: '' })
  reasoning!: string;

  /** The calls of tools that the model wants, in the order in which it began them; empty while the turn runs. */
  @Column('jsonb', { name: 'tool_calls', default: [] })
  toolCalls!: readonly ToolCall[];

  @Column('varchar', { length: 20 })
  status!: TurnStatus;

  @Column('varchar', { name: 'finish_reason', length: 20, nullable: true })
  finishReason!: FinishReason | null;

  /** The error code of a failed turn. */
  @Column('varchar', { name: 'error_code', length: 50, nullable: true })
  errorCode!: string | null;

  /** The error that a failed turn's readers got. */
  @Column('varchar', { name: 'error_detail', length: 1000, nullable: true })
  errorDetail!: string | null;

  @Column('varchar', { length: 200 })
  model!: string;

  /** Each request to a model server and what came of it. */
  @Column('jsonb', { default: [] })
  attempts!: readonly AttemptRecord[];

  /** The template's name; null when the request brought its own instructions. */
  @Column('varchar', { name: 'prompt_name', length: 100, nullable: true })
  promptName!: string | null;

  /** The template's version; null for a built-in one. */
  @Column('int', { name: 'prompt_version', nullable: true })
  promptVersion!: number | null;

  /** Read by exports alone: it may be a hundred times as large as the rest. */
  @Column('jsonb', { name: 'own_context', nullable: true, select: false })
  ownContext?: OwnContext | null;

  /** What its wire keeps of the request; the wire alone reads it. */
  @Column('jsonb', { name: 'wire_request', nullable: true, select: false })
  wireRequest?: Readonly<Record<string, unknown>> | null;

  @Column('jsonb', { default: [] })
  sources!: readonly Source[];

  @Column('int', { name: 'input_tokens', nullable: true })
  inputTokens!: number | null;

  @Column('int', { name: 'output_tokens', nullable: true })
  outputTokens!: number | null;

  /** The shape of its events, for readers that come back after its end; see `event-layout.ts`. */
  @Column('int', { name: 'outline', array: true, default: [] })
  layout!: readonly number[];

  /** SHA-256 of the decoded request, by which a repetition of it is known. */
  @Column('bytea', { name: 'request_hash' })
  requestHash!: Buffer;

  /** The caller's key; null: none was given, or the turn ended such that the key may be used again. */
  @Column('varchar', { name: 'idempotency_key', length: 255, nullable: true })
  idempotencyKey!: string | null;

  /** The process that answers it. */
  @Column('uuid')
  owner!: string;

  @Column('timestamptz', { name: 'stop_requested_at', nullable: true })
  stopRequestedAt!: Date | null;

  /** When its last reader on its owner left; null: there is one, or never was. */
  @Column('timestamptz', { name: 'reader_left_at', nullable: true })
  readerLeftAt!: Date | null;

  /** Until when it has a reader on another replica. */
  @Column('timestamptz', { name: 'read_elsewhere_until', nullable: true })
  readElsewhereUntil!: Date | null;

  /** Until when a question of its conversation waits for it on another replica. */
  @Column('timestamptz', { name: 'awaited_until', nullable: true })
  awaitedUntil!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  /** From the start to the first text, in ms. */
  @Column('int', { name: 'first_token_ms', nullable: true })
  firstTokenMs!: number | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  /** When a reader was last given all of its answer; null: never. */
  @Column('timestamptz', { name: 'delivered_at', nullable: true })
  deliveredAt!: Date | null;

  /** Until when, by the database's clock, the turn's owner is believed alive. */
  @Column('timestamptz', { name: 'lease_until' })
  leaseUntil!: Date;
}
