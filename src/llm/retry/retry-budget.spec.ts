import { RetryBudget } from './retry-budget.js';

function takeAll(budget: RetryBudget, inFlight: number): (() => void)[] {
  const places: (() => void)[] = [];
  for (let place = budget.take(inFlight); place !== null; place = budget.take(inFlight)) places.push(place);
  return places;
}

describe('RetryBudget', () => {
  it.each([
    [0, 3],
    [1, 3],
    [19, 3],
    [20, 4],
    [24, 4],
    [200, 40],
  ])('has, of %s requests in flight, places for %s repetitions', (inFlight, places) => {
    expect(takeAll(new RetryBudget(), inFlight)).toHaveLength(places);
  });

  it('has a place again when one is given back, and once only', () => {
    const budget = new RetryBudget();
    const [first] = takeAll(budget, 0);
    first?.();
    first?.();
    expect(takeAll(budget, 0)).toHaveLength(1);
  });
});
