import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { SMALLEST } from './past-turns.js';

export const DEFAULT_SIZES = '10000,10000000';
/** With its indexes and what is written ahead, above what was seen. */
const BYTES_A_TURN = 1_500;

/** How many turns each database has, the fewest first. @throws Error when there is no room for them */
export function readSizes(): number[] {
  const { values } = parseArgs({ options: { turns: { type: 'string', default: DEFAULT_SIZES } } });
  const sizes = values.turns.split(',').map(Number);
  if (sizes.some((size) => !(size > 0) || size % SMALLEST !== 0))
    throw new Error(`--turns must be multiples of ${SMALLEST}`);
  const { bavail, bsize } = statfsSync(tmpdir());
  const needed = sizes.reduce((sum, size) => sum + size * BYTES_A_TURN, 0);
  if (bavail * bsize < needed)
    throw new Error(`${tmpdir()} needs ${(needed / 1e9).toFixed(0)} GB of room for so many turns`);
  return sizes.sort((a, b) => a - b);
}
