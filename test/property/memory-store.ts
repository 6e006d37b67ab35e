import { abandonedEnd } from '../../src/chat/upkeep/abandoned-turn.js';
import type { TurnEvent } from '../../src/chat/domain/turn-event.js';
import type { TurnEnd } from '../../src/chat/turn/turn-end.js';
import { closingColumns } from '../../src/chat/turn/turn-columns.js';
import type { LogBatch } from '../../src/chat/turn/event-log.repository.js';
import type { TurnEntity } from '../../src/chat/turn/turn.entity.js';
import type { ClosedTurn } from '../../src/chat/turn/turn.repository.js';
import type { DatabaseFate } from './schedule.js';

/**
 * One turn's row and its log, with the rules of their repositories' statements, in a database that is slow
 * and goes away as it is fated to.
 */
export class MemoryStore {
  row: TurnEntity;
  /** Whether a statement was carried out although its caller got an error. */
  hasLostNews = false;
  private readonly log: LogBatch[] = [];
  private readElsewhereUntil = -Infinity;
  private readonly startedAt = performance.now();
  private statements = 0;

  constructor(
    turn: Pick<TurnEntity, 'id' | 'clientId' | 'variant'>,
    private readonly fate: DatabaseFate,
  ) {
    this.row = {
      ...turn,
      conversationId: null,
      endUser: null,
      readElsewhereUntil: null,
      model: 'm',
      status: 'running',
      answer: '',
      reasoning: '',
      toolCalls: [],
      sources: [],
      layout: [],
    } as unknown as TurnEntity;
  }

  close = (closed: ClosedTurn): Promise<boolean> =>
    this.execute(() => {
      const { status, answer, layout } = this.row;
      const isSame =
        status === closed.outcome.status &&
        answer === closed.answer &&
        String(layout) === String(closed.layout);
      if (status === 'running') this.end(closed);
      return status === 'running' || isSame;
    });

  /** Who was given the answer plays no part in what readers end up with. */
  noteDelivered = (): Promise<void> => this.execute(() => undefined);

  findOfClient = (): Promise<TurnEntity | null> => this.execute(() => this.row);

  append = (batches: readonly LogBatch[]): Promise<string[]> =>
    this.execute(() => {
      if (this.row.status !== 'running') return [];
      for (const batch of batches) {
        const isThere = this.log.some(({ firstSeq }) => firstSeq === batch.firstSeq);
        // As stored: what is said later is not in it.
        if (!isThere) this.log.push(structuredClone(batch));
      }
      return batches.map(({ turnId }) => turnId);
    });

  listAfter = (_: string, afterSeq: number): Promise<TurnEvent[]> =>
    this.execute(() => this.loggedEvents().filter(({ seq }) => seq > afterSeq));

  noteReadElsewhere = (_: string, forMs: number): Promise<Date | null> =>
    this.execute(() => {
      if (this.row.status !== 'running') return null;
      this.readElsewhereUntil = performance.now() + forMs;
      return (this.row.readElsewhereUntil = new Date(this.readElsewhereUntil));
    });

  isReadElsewhere = (): Promise<boolean> => this.execute(() => this.readElsewhereUntil > performance.now());

  noteReaders = (): Promise<void> => this.execute(() => undefined);

  /** What the sweeper does when the lease has run out. */
  sweep(): void {
    if (this.row.status === 'running')
      this.end(abandonedEnd(this.loggedEvents(), this.log.at(-1)?.inputTokens ?? null));
  }

  loggedEvents(): TurnEvent[] {
    return [...this.log]
      .sort((a, b) => a.firstSeq - b.firstSeq)
      .flatMap(({ firstSeq, events }) =>
        events.map((body, index): TurnEvent => ({ ...body, seq: firstSeq + index })),
      );
  }

  private end(end: TurnEnd): void {
    const row = Object.fromEntries(closingColumns(end).map(({ column, value }) => [column, value]));
    this.row = {
      ...this.row,
      status: row['status'],
      finishReason: row['finish_reason'],
      errorCode: row['error_code'],
      errorDetail: row['error_detail'],
      answer: row['answer'],
      reasoning: row['reasoning'],
      toolCalls: JSON.parse(row['tool_calls'] as string) as unknown,
      sources: JSON.parse(row['sources'] as string) as unknown,
      layout: row['outline'],
      inputTokens: row['input_tokens'],
      outputTokens: row['output_tokens'],
    } as TurnEntity;
  }

  private async execute<T>(statement: () => T): Promise<T> {
    const { delaysMs, losesOnlyTheNews } = this.fate;
    const delayMs = delaysMs[this.statements++ % delaysMs.length]!;
    const wasAway = this.isAway();
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (wasAway || (this.isAway() && !losesOnlyTheNews)) throw new Error('the database is away');
    const result = statement();
    if (!this.isAway()) return result;
    this.hasLostNews = true;
    throw new Error('the database went away');
  }

  private isAway(): boolean {
    const now = performance.now() - this.startedAt;
    return this.fate.outages.some(({ fromMs, forMs }) => now >= fromMs && now < fromMs + forMs);
  }
}
