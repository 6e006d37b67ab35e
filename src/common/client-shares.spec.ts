import fc from 'fast-check';
import { ClientShares, type Release } from './client-shares.js';

/** Takes places until there is none, and says how many there were. */
function takeAll(shares: ClientShares, client: string): Release[] {
  const releases: Release[] = [];
  for (let release = shares.tryTake(client); release; release = shares.tryTake(client))
    releases.push(release);
  return releases;
}

describe('ClientShares', () => {
  it('gives a client half of what the others leave', () => {
    const shares = new ClientShares({ places: 50, sharePercent: 50 });
    const counts = ['a', 'b', 'c', 'd'].map((client) => takeAll(shares, client).length);
    expect(counts).toEqual([25, 13, 6, 3]);
    expect(shares.isFull).toBe(false);
  });

  it('comes to equal shares when places are given back', () => {
    const shares = new ClientShares({ places: 30, sharePercent: 50 });
    const first = takeAll(shares, 'a');
    let others = takeAll(shares, 'b').length;
    for (const release of first) {
      release();
      others += takeAll(shares, 'b').length;
      first.push(...takeAll(shares, 'a'));
      if (first.length > 200) break;
    }
    expect(others).toBeGreaterThanOrEqual(10);
  });

  it.each([
    [1, [1, 0]],
    [2, [1, 1]],
    [3, [2, 1]],
    [10, [5, 3]],
  ])('gives the first client and the second of %i places %j', (places, counts) => {
    const shares = new ClientShares({ places, sharePercent: 50 });
    expect(['a', 'b'].map((client) => takeAll(shares, client).length)).toEqual(counts);
  });

  it('gives a client everything where its share is all', () => {
    const shares = new ClientShares({ places: 4, sharePercent: 100 });
    expect(takeAll(shares, 'a')).toHaveLength(4);
    expect(shares.isFull).toBe(true);
  });

  it('takes a place back once', () => {
    const shares = new ClientShares({ places: 1, sharePercent: 50 });
    const release = shares.tryTake('a')!;
    release();
    expect(shares.tryTake('b')).not.toBeNull();
    release();
    expect(shares.tryTake('a')).toBeNull();
  });

  it('gives nothing to a client that no longer waits, and the place to the next', async () => {
    const shares = new ClientShares({ places: 1, sharePercent: 50 });
    const release = shares.tryTake('a')!;
    const left = new AbortController();
    const leaving = shares.waitFor('b', Infinity, left.signal);
    const staying = shares.waitFor('c', Infinity);
    left.abort();
    await expect(leaving).resolves.toBeNull();
    release();
    await expect(staying).resolves.toEqual(expect.any(Function));
    await expect(shares.waitFor('b', Infinity, left.signal)).resolves.toBeNull();
  });

  it('lets clients that wait take turns, however many wait for one of them', async () => {
    const shares = new ClientShares({ places: 1, sharePercent: 50 });
    const order: string[] = [];
    const hold = shares.tryTake('a')!;
    const work = async (client: string) => {
      const release = await shares.waitFor(client, 1_000);
      order.push(client);
      release!();
    };
    const all = ['a', 'a', 'a', 'a', 'b', 'b', 'c'].map(work);
    hold();
    await Promise.all(all);
    expect(order.join('')).toBe('bcabaaa');
  });

  it('gives no place to a client that has waited for long enough', async () => {
    const shares = new ClientShares({ places: 2, sharePercent: 50 });
    const release = shares.tryTake('a')!;
    expect(await shares.waitFor('a', 5)).toBeNull();
    expect(await shares.waitFor('b', 5)).not.toBeNull();
    release();
    expect(shares.tryTake('a')).not.toBeNull();
  });

  it('never lets a client hold more than its share when it takes a place, and loses none', () => {
    const step = fc.record({ client: fc.constantFrom('a', 'b', 'c'), takes: fc.boolean() });
    const limits = { places: fc.integer({ min: 1, max: 12 }), steps: fc.array(step, { maxLength: 60 }) };
    fc.assert(
      fc.property(fc.record(limits), ({ places, steps }) => {
        const shares = new ClientShares({ places, sharePercent: 50 });
        const held = new Map<string, Release[]>();
        const total = () => [...held.values()].reduce((sum, { length }) => sum + length, 0);
        for (const { client, takes } of steps) {
          const own = held.get(client) ?? [];
          held.set(client, own);
          if (!takes) {
            own.pop()?.();
            continue;
          }
          const share = Math.ceil((places - (total() - own.length)) / 2);
          const release = shares.tryTake(client);
          expect(release !== null).toBe(total() < places && own.length < share);
          if (release) own.push(release);
        }
        for (const release of [...held.values()].flat()) release();
        expect(takeAll(shares, 'a')).toHaveLength(Math.ceil(places / 2));
      }),
    );
  });
});
