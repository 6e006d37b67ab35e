import { FairTurns } from './fair-turns.js';

describe('Turns', () => {
  it('come one after the other, the clients by turns', async () => {
    const turns = new FairTurns();
    const done: string[] = [];
    let atOnce = 0;
    const work = (name: string) =>
      turns.run(name.charAt(0), async () => {
        expect(++atOnce).toBe(1);
        await Promise.resolve();
        done.push(name);
        atOnce--;
        return name;
      });
    const results = await Promise.all(['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map(work));
    expect(results).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'c1']);
    // The first begins before the others are there.
    expect(done).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2']);
  });

  it('leave the event loop to others in between, and are not stopped by a work that fails', async () => {
    const turns = new FairTurns();
    const seen: string[] = [];
    const failed = turns.run('a', () => Promise.reject(new Error('failed')));
    const later = turns.run('a', () => Promise.resolve(seen.push('work')));
    await expect(failed).rejects.toThrow('failed');
    setImmediate(() => seen.push('others'));
    await later;
    expect((await turns.run('a', () => Promise.resolve(seen))).toSorted()).toEqual(['others', 'work']);
  });

  it('pause for as long as a long work took, so that others have half of the time', async () => {
    const pauses: number[] = [];
    const turns = new FairTurns((ms) => Promise.resolve(void pauses.push(ms)));
    const block = () => {
      for (const until = performance.now() + 30; performance.now() < until;);
      return Promise.resolve();
    };
    await turns.run('a', () => Promise.resolve());
    await Promise.all([
      turns.run('a', block),
      turns.run('a', block),
      turns.run('a', () => Promise.resolve()),
    ]);
    expect(pauses.filter((ms) => ms >= 30)).toHaveLength(2);
  });
});
