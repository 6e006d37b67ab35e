import { RecentCalls } from './recent-calls.js';

describe('RecentCalls', () => {
  it('counts the calls of the last 30 s', () => {
    const recent = new RecentCalls();
    recent.add(0, true);
    recent.add(1_000, false);
    recent.add(29_000, true);
    expect(recent.sum(29_999)).toEqual({ calls: 3, outages: 2 });
    expect(recent.sum(33_000)).toEqual({ calls: 1, outages: 1 });
    expect(recent.sum(60_000)).toEqual({ calls: 0, outages: 0 });
  });

  it('does not mix up calls that are 30 s apart', () => {
    const recent = new RecentCalls();
    for (let at = 0; at < 300_000; at += 1_000) recent.add(at, at < 150_000);
    expect(recent.sum(299_999)).toEqual({ calls: 30, outages: 0 });
  });

  it('forgets', () => {
    const recent = new RecentCalls();
    recent.add(0, true);
    recent.clear();
    expect(recent.sum(0)).toEqual({ calls: 0, outages: 0 });
  });
});
