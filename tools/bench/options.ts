import { parseArgs } from 'node:util';
import { lasting, type Scenario, SCENARIOS } from './scenarios.js';
import type { Target } from './target.js';
import { TARGETS } from './targets.js';

export interface Options {
  readonly scenarios: readonly Scenario[];
  readonly targets: readonly Target[];
  readonly rounds: number;
  /** Whether the result replaces the last one in `tools/bench/results`: it does when no target was left out. */
  readonly isKept: boolean;
  readonly profileFolder?: string;
}

export const USAGE = `npm run bench -- [options]
  --quick              one short round of the service on PostgreSQL, realistic-100
  --scenario <names>   separated by commas; a part of a name will do (default: all)
                       ${SCENARIOS.map(({ name }) => name).join(', ')}
  --targets <names>    separated by commas; a part of a name will do (default: all); nothing is kept then
                       ${TARGETS.map(({ name }) => name.replace(', ', ' ')).join(', ')}
  --rounds <number>    interleaved with the yardstick (default 5)
  --seconds <number>   for how long requests come (default 10)
  --profile <folder>   write processor profiles of the service there`;

/** @throws Error for options that there are not */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      scenario: { type: 'string' },
      targets: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const { quick } = values;
  const scenarios = chosen(SCENARIOS, values.scenario ?? (quick ? 'realistic-100' : ''));
  const seconds = toNumber('seconds', values.seconds ?? (quick ? '4' : '10'));
  return {
    scenarios: scenarios.map((scenario) => lasting(scenario, seconds)),
    targets: chosen(TARGETS, values.targets ?? (quick ? 'PostgreSQL' : '')),
    rounds: toNumber('rounds', values.rounds ?? (quick ? '1' : '5')),
    isKept: !quick && values.targets === undefined,
    profileFolder: values.profile,
  };
}

/** Those that have one of the words for their name, or else hold it in theirs; punctuation does not count. */
function chosen<Named extends { readonly name: string }>(all: readonly Named[], words: string): Named[] {
  const bare = (text: string) => text.toLowerCase().replace(/[^a-z0-9-]/g, '');
  const wanted = words.split(',').map(bare);
  const isOf = (word: string) => {
    const hasExact = all.some(({ name }) => bare(name) === word);
    return ({ name }: Named) => (hasExact ? bare(name) === word : bare(name).includes(word));
  };
  const matches = wanted.map(isOf);
  const found = all.filter((one) => matches.some((isMatch) => isMatch(one)));
  if (found.length === 0) throw new Error(`There is no ${words}`);
  return found;
}

function toNumber(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0) throw new Error(`--${name} must be a number above 0`);
  return number;
}
