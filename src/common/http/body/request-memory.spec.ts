import { RequestMemory } from './request-memory.js';

describe('The memory of requests', () => {
  const memory = () => new RequestMemory(1_000);
  const SHARE = { code: 'too_many_requests', retryAfterSeconds: 1 };
  const FULL = { code: 'service_overloaded', retryAfterSeconds: 1 };

  function errorOf(act: () => unknown): unknown {
    try {
      act();
    } catch (error) {
      return error;
    }
    return null;
  }

  it('gives one client half of what the others leave, and always something to a further one', () => {
    const shared = memory();
    shared.hold('a', 500);
    expect(errorOf(() => shared.hold('a', 1))).toMatchObject(SHARE);
    shared.hold('b', 250);
    expect(errorOf(() => shared.hold('b', 1))).toMatchObject(SHARE);
    shared.hold('c', 100);
    expect(errorOf(() => shared.hold('d', 151))).toMatchObject(FULL);
    shared.hold('d', 150);
  });

  it('takes back what ended, once', () => {
    const shared = memory();
    const held = shared.hold('a', 500);
    held.release();
    held.release();
    held.resize(400);
    shared.hold('a', 500);
    expect(errorOf(() => shared.hold('a', 1))).toMatchObject(SHARE);
  });

  it('grows and shrinks with what a request holds; what cannot grow keeps what it has', () => {
    const shared = memory();
    const one = shared.hold('a', 300);
    const other = shared.hold('a', 200);
    expect(errorOf(() => other.resize(201))).toMatchObject(SHARE);
    one.resize(299);
    other.resize(201);
    other.release();
    one.resize(500);
  });

  it('lets a single request in, however large', () => {
    const shared = memory();
    const held = shared.hold('a', 5_000);
    expect(errorOf(() => shared.hold('b', 1))).toMatchObject(FULL);
    held.release();
    shared.hold('b', 1_001);
  });
});
