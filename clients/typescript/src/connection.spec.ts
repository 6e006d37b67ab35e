import { jest } from '@jest/globals';
import { Connection } from './connection.js';
import { LONGEST_TIMER_MS, sleep } from './sleep.js';

const never = new Promise<never>(() => undefined);

describe('Timers of a connection', () => {
  const { signal } = new AbortController();

  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('end it when nothing comes for too long', () => {
    const connection = new Connection(signal, 45_000);
    void connection.within(never);
    jest.advanceTimersByTime(44_999);
    expect(connection.ending.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(connection.ending.reason).toMatchObject({ message: 'Nothing came for 45000 ms' });
  });

  it.each([Infinity, NaN])('are none when it may be silent for %d ms', (idleTimeoutMs) => {
    void new Connection(signal, idleTimeoutMs).within(never);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('do not fire at once when they are longer than a timer can be', () => {
    const connection = new Connection(signal, LONGEST_TIMER_MS + 1);
    void connection.within(never);
    jest.advanceTimersByTime(LONGEST_TIMER_MS - 1);
    expect(connection.ending.aborted).toBe(false);
  });

  it('do not end a pause at once that is longer than a timer can be', () => {
    for (const delayMs of [LONGEST_TIMER_MS + 1, Infinity]) void sleep(delayMs, signal);
    jest.advanceTimersByTime(LONGEST_TIMER_MS - 1);
    expect(jest.getTimerCount()).toBe(2);
  });
});
