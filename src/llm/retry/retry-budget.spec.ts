import { RetryBudget } from './retry-budget.js';

type Place = (() => void) | null;

describe('RetryBudget', () => {
  let inFlight: number;
  let budget: RetryBudget;
  /** Who got a place from the line, or was sent away. */
  let served: [name: string, place: Place][];
  beforeEach(() => {
    inFlight = 0;
    budget = new RetryBudget(() => inFlight);
    served = [];
  });

  function takeAll(): (() => void)[] {
    const places: (() => void)[] = [];
    for (let place = budget.take(); place !== null; place = budget.take()) places.push(place);
    return places;
  }

  const standInLine = (name: string) => budget.waitFor((place) => served.push([name, place]));
  const names = () => served.map(([name]) => name);

  it.each([
    [0, 3],
    [1, 3],
    [19, 3],
    [20, 4],
    [24, 4],
    [200, 40],
  ])('has, of %s requests in flight, places for %s repetitions', (count, places) => {
    inFlight = count;
    expect(takeAll()).toHaveLength(places);
  });

  it('has a place again when one is given back, and once only', () => {
    const [first] = takeAll();
    first?.();
    first?.();
    expect(takeAll()).toHaveLength(1);
  });

  describe('without a place', () => {
    it('gives the next one to those that wait, in their order, one place each', () => {
      const [first, second] = takeAll();
      for (const name of ['a', 'b', 'c']) standInLine(name);
      expect(served).toEqual([]);
      first!();
      first!();
      expect(names()).toEqual(['a']);
      second!();
      served[0]![1]!();
      expect(names()).toEqual(['a', 'b', 'c']);
    });

    it('lets no later repetition overtake those that wait', () => {
      takeAll();
      standInLine('a');
      inFlight = 20;
      expect(budget.take()).toBeNull();
      budget.serve();
      expect([names(), budget.take()]).toEqual([['a'], null]);
    });

    it('has more of them when more requests are in flight', () => {
      takeAll();
      for (const name of ['a', 'b', 'c']) standInLine(name);
      inFlight = 25;
      budget.serve();
      expect(names()).toEqual(['a', 'b']);
    });

    it('passes over those that have left', () => {
      const [first] = takeAll();
      const leave = standInLine('a');
      standInLine('b');
      leave();
      first!();
      leave();
      expect(names()).toEqual(['b']);
    });

    it('passes a place on that was given back at once, however many do so', () => {
      const [first] = takeAll();
      let passed = 0;
      for (let index = 0; index < 20_000; index++)
        budget.waitFor((place) => {
          passed++;
          place!();
        });
      standInLine('last');
      first!();
      expect([passed, names()]).toEqual([20_000, ['last']]);
    });

    it('sends all away when the target is out of service, and serves those that come later', () => {
      const [first] = takeAll();
      standInLine('a');
      standInLine('b');
      budget.closeLine();
      expect(served).toEqual([
        ['a', null],
        ['b', null],
      ]);
      standInLine('c');
      first!();
      expect(names()).toEqual(['a', 'b', 'c']);
      expect(served[2]![1]).not.toBeNull();
    });
  });

  it('gives a place at once to a repetition that joins the line while there is one', () => {
    standInLine('a');
    expect(served).toEqual([['a', expect.any(Function)]]);
    expect(takeAll()).toHaveLength(2);
  });
});
