import { jest } from '@jest/globals';
import { AttemptClock, type Timeout } from './attempt-clock.js';

const LIMITS = { connectTimeoutMs: 3_000, firstTokenTimeoutMs: 30_000, idleTimeoutMs: 20_000 };

describe('AttemptClock', () => {
  let clock: AttemptClock;
  let timeouts: Timeout[];

  beforeEach(() => {
    jest.useFakeTimers();
    timeouts = [];
    start(300_000);
  });
  afterEach(() => {
    clock.stop();
    jest.useRealTimers();
  });

  function start(totalMs: number): void {
    clock?.stop();
    clock = new AttemptClock(LIMITS, performance.now() + totalMs, (timeout) => timeouts.push(timeout));
  }

  function pass(ms: number): void {
    jest.advanceTimersByTime(ms);
  }

  /** As the reader of the answer notes a read, and what it brought. */
  function readBytes(content: 'comment' | 'thinking' | 'text'): void {
    clock.lastReadAt = performance.now();
    if (content === 'comment') return;
    clock.lastTokenAt = clock.lastReadAt;
    clock.setAnswering(content === 'text');
  }

  it('waits for the connection', () => {
    pass(2_999);
    expect(timeouts).toEqual([]);
    pass(10);
    expect(timeouts).toEqual(['connect']);
  });

  it('waits for the first byte from the request on', () => {
    pass(2_000);
    clock.requestSent();
    pass(29_999);
    expect(timeouts).toEqual([]);
    pass(10);
    expect(timeouts).toEqual(['first token']);
  });

  it.each(['comment', 'thinking'] as const)('waits for the first token from the last %s on', (content) => {
    clock.requestSent();
    for (let times = 0; times < 5; times++) {
      pass(29_000);
      readBytes(content);
    }
    pass(29_999);
    expect(timeouts).toEqual([]);
    pass(10);
    expect(timeouts).toEqual(['first token']);
  });

  it.each(['comment', 'text'] as const)(
    'once the answer has begun, waits for more from the last %s on',
    (content) => {
      clock.requestSent();
      pass(29_000);
      readBytes('text');
      for (let times = 0; times < 10; times++) {
        pass(19_000);
        readBytes(content);
      }
      pass(19_999);
      expect(timeouts).toEqual([]);
      pass(10);
      expect(timeouts).toEqual(['idle']);
    },
  );

  it('is as patient with a model that thinks in the middle of its answer as at the beginning', () => {
    clock.requestSent();
    readBytes('text');
    pass(10_000);
    readBytes('thinking');
    pass(29_999);
    expect(timeouts).toEqual([]);
    readBytes('text');
    pass(19_999);
    expect(timeouts).toEqual([]);
    pass(10);
    expect(timeouts).toEqual(['idle']);
  });

  it('does not wait beyond the time of the complete answer, in any phase', () => {
    start(1_000);
    pass(1_010);
    start(10_000);
    clock.requestSent();
    pass(9_999);
    expect(timeouts).toEqual(['total']);
    pass(10);
    start(100_000);
    clock.requestSent();
    for (let second = 1; second < 100; second++) {
      pass(1_000);
      readBytes('text');
    }
    expect(timeouts).toEqual(['total', 'total']);
    pass(1_010);
    expect(timeouts).toEqual(['total', 'total', 'total']);
  });

  it('waits briefly for the close, and no longer at a second call', () => {
    clock.requestSent();
    readBytes('text');
    clock.closeWithin(1_000);
    pass(900);
    readBytes('comment');
    clock.closeWithin(1_000);
    pass(110);
    expect(timeouts).toEqual(['closing']);
  });

  it('waits for more until it is idle when tokens come all the same', () => {
    clock.requestSent();
    readBytes('text');
    clock.closeWithin(1_000);
    pass(900);
    for (let tokens = 0; tokens < 5; tokens++) {
      readBytes('text');
      clock.closeWithin(1_000);
      pass(LIMITS.idleTimeoutMs - 10);
    }
    expect(timeouts).toEqual([]);
    pass(20);
    expect(timeouts).toEqual(['closing']);
  });

  it('does not call a complete answer late', () => {
    start(500);
    clock.requestSent();
    clock.closeWithin(1_000);
    pass(499);
    expect(timeouts).toEqual([]);
    pass(10);
    expect(timeouts).toEqual(['closing']);
  });

  it('reports once, and nothing after it was stopped', () => {
    clock.requestSent();
    pass(30_000);
    pass(1_000_000);
    expect(timeouts).toEqual(['first token']);
    start(300_000);
    clock.stop();
    pass(1_000_000);
    expect(timeouts).toEqual(['first token']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('has one timer however many reads there are', () => {
    clock.requestSent();
    for (let index = 0; index < 100; index++) readBytes('text');
    expect(jest.getTimerCount()).toBe(1);
  });

  it('first reads what arrived while the process was busy', () => {
    clock.requestSent();
    readBytes('text');
    // The timer fires late; the bytes that waited in the socket are read before the second look.
    setTimeout(() => readBytes('text'), 20_000);
    pass(20_005);
    expect(timeouts).toEqual([]);
    expect(jest.getTimerCount()).toBe(1);
  });
});
