import { jest } from '@jest/globals';
import {
  passTime,
  settle,
  startVirtualTime,
  stopVirtualTime,
} from '../../../test/support/time/virtual-time.js';
import { EventLog } from './event-log.js';
import type { LogBatch, EventLogRepository } from './event-log.repository.js';

/** The table, as far as its repository shows it: what was stored, and when the database answers. */
class LogTable {
  readonly batches: LogBatch[] = [];
  readonly ended = new Set<string>();
  /** How many statements fail before the next succeeds. */
  failures = 0;
  /** Absent: at once. */
  answersAfterMs = 0;

  async append(batches: readonly LogBatch[]): Promise<string[]> {
    if (this.answersAfterMs > 0) await new Promise((resolve) => setTimeout(resolve, this.answersAfterMs));
    if (this.failures-- > 0) throw new Error('the database is away');
    const accepted = batches.filter(({ turnId }) => !this.ended.has(turnId));
    this.batches.push(...accepted);
    return accepted.map(({ turnId }) => turnId);
  }

  /** The texts that are stored of a turn. */
  textsOf(id: string): string[] {
    return this.batches
      .filter(({ turnId }) => turnId === id)
      .flatMap(({ events }) => events.flatMap((event) => (event.type === 'text.delta' ? [event.text] : [])));
  }
}

describe('EventLog', () => {
  let table: LogTable;
  let log: EventLog;
  const seqs = new Map<string, number>();

  beforeEach(() => {
    startVirtualTime();
    seqs.clear();
    table = new LogTable();
    log = new EventLog(table as unknown as EventLogRepository);
  });
  afterEach(stopVirtualTime);

  function say(turnId: string, text: string): void {
    const seq = (seqs.get(turnId) ?? 0) + 1;
    seqs.set(turnId, seq);
    log.append(turnId, { type: 'text.delta', text, seq });
  }

  /** What `stored` comes to; undefined: nothing yet. */
  function watch(turnId: string): { result?: boolean } {
    const watched: { result?: boolean } = {};
    void log.stored(turnId).then((result) => (watched.result = result));
    return watched;
  }

  it('stores what several turns said within 200 ms by one statement', async () => {
    say('a', 'a1');
    say('b', 'b1');
    await passTime(100);
    say('a', 'a2');
    expect(table.batches).toEqual([]);
    await passTime(100);
    expect(table.batches).toEqual([
      {
        turnId: 'a',
        firstSeq: 1,
        events: [
          { type: 'text.delta', text: 'a1', seq: 1 },
          { type: 'text.delta', text: 'a2', seq: 2 },
        ],
      },
      { turnId: 'b', firstSeq: 1, events: [{ type: 'text.delta', text: 'b1', seq: 1 }] },
    ]);
  });

  it('stores at once what somebody waits for', async () => {
    say('a', 'a1');
    expect(await log.stored('a')).toBe(true);
    expect(table.textsOf('a')).toEqual(['a1']);
  });

  it('stores what is said while a statement takes longer than events may wait', async () => {
    table.answersAfterMs = 300;
    say('a', 'first');
    await passTime(210);
    say('a', 'second');
    await passTime(1_000);
    say('a', 'third');
    await passTime(1_000);
    expect(table.textsOf('a')).toEqual(['first', 'second', 'third']);
  });

  it('does not make a BREAK wait for what is said after it', async () => {
    table.answersAfterMs = 50;
    say('a', 'before');
    const watched = watch('a');
    for (let ms = 0; ms < 200; ms += 20) {
      await passTime(20);
      say('a', 'after');
    }
    expect(watched.result).toBe(true);
  });

  it('waits also for what is being written already', async () => {
    table.answersAfterMs = 300;
    say('a', 'a1');
    await passTime(250);
    const watched = watch('a');
    await passTime(200);
    expect(watched.result).toBeUndefined();
    await passTime(100);
    expect(watched.result).toBe(true);
  });

  it('tries again while the database is away, and stores nothing twice', async () => {
    table.failures = 3;
    say('a', 'a1');
    const watched = watch('a');
    await passTime(1_000);
    expect(watched.result).toBeUndefined();
    say('a', 'a2');
    await passTime(1_000);
    expect(watched.result).toBe(true);
    expect(table.textsOf('a')).toEqual(['a1', 'a2']);
  });

  it('stores nothing more of a turn that somebody else has ended, and says so', async () => {
    table.ended.add('a');
    say('a', 'late');
    say('b', 'b1');
    expect(await Promise.all([log.stored('a'), log.stored('b')])).toEqual([false, true]);
    expect(table.textsOf('a')).toEqual([]);
  });

  it('leaves out what was forgotten, and no longer waits for it', async () => {
    table.failures = Infinity;
    say('a', 'a1');
    const watched = watch('a');
    await passTime(1_000);
    log.forget('a');
    await passTime(1_000);
    await settle();
    expect(watched.result).toBe(false);
    expect(jest.getTimerCount()).toBe(0);
  });
});
