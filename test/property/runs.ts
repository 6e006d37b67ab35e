/**
 * How often a property is tried: `few` times in `npm test`, `PROPERTY_RUNS` times where that is set, as
 * `npm run test:nightly` does.
 */
export function runs(few: number): number {
  return Number(process.env['PROPERTY_RUNS'] ?? few);
}
